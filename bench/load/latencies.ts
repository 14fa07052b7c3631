export type LatencySummary = { p50Ms: number; p95Ms: number; p99Ms: number; maxMs: number }

/** Steps of 2 % from 10 µs on: enough for a table, and adding one costs next to nothing. */
const SMALLEST_MS = 0.01
const STEP = Math.log(1.02)
const BUCKETS = 800

export function createLatencies() {
  const counts = new Uint32Array(BUCKETS)
  let total = 0
  let maxMs = 0
  const percentile = (share: number): number => {
    const wanted = Math.ceil(total * share)
    let seen = 0
    for (let i = 0; i < BUCKETS; i++) {
      seen += counts[i] ?? 0
      if (seen >= wanted && wanted > 0) return Math.min(maxMs, SMALLEST_MS * Math.exp((i + 1) * STEP))
    }
    return maxMs
  }
  return {
    add(ms: number) {
      const bucket =
        ms <= SMALLEST_MS ? 0 : Math.min(BUCKETS - 1, Math.floor(Math.log(ms / SMALLEST_MS) / STEP))
      counts[bucket] = (counts[bucket] ?? 0) + 1
      total++
      if (ms > maxMs) maxMs = ms
    },
    summary: (): LatencySummary => ({
      p50Ms: percentile(0.5),
      p95Ms: percentile(0.95),
      p99Ms: percentile(0.99),
      maxMs,
    }),
  }
}
