/** The value that `share` (0 to 1) of all values do not exceed; 0 of none. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

/** The middle one, or the mean of the two in the middle; NaN of none. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN
  return (upper + lower) / 2
}

export const spread = (values: number[]): [number, number] => [Math.min(...values), Math.max(...values)]

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
  return describeCounts(counts)
}

/** The same of values that are counted already. */
export const describeCounts = (counts: Map<string | number, number>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([value, count]) => `${value} × ${thousands(count)}`)
    .join(', ')

/** Of answers: their statuses, or why there was none. */
export const outcomes = (answers: { status: number; fault?: string }[]): string =>
  tally(answers.map(({ status, fault }) => fault ?? status))

export const thousands = (value: number): string => Math.round(value).toLocaleString('en')

export const percent = (share: number): string => `${Math.round(share * 100)} %`

export const times = (ratio: number): string => (ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2))

export const inMs = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`

export const inSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** Says each line behind the seconds since it was made. */
export function createLog(): (line: string) => void {
  const beganAt = performance.now()
  return (line) => console.log(`${((performance.now() - beganAt) / 1000).toFixed(1).padStart(7)} s  ${line}`)
}
