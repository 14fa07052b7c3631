/** The value that `share` (0 to 1) of all values do not exceed; 0 of none. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

/** The time that `share` of all answers did not exceed. */
export const latency = (answers: { ms: number }[], share: number): number =>
  percentile(
    answers.map(({ ms }) => ms),
    share,
  )

/** How often each value occurs, most frequent first: `201 × 50, 409 × 9,950`. */
export function tally(values: Iterable<string | number>): string {
  const counts = new Map<string | number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([value, count]) => `${value} × ${count.toLocaleString('en')}`)
    .join(', ')
}

export const thousands = (count: number): string => count.toLocaleString('en')

export const inMs = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`

export const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
