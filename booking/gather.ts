import type { Gather } from '#shared/jobs/batcher.ts'

const GATHER_MS = 40
/** Longer than that nobody is kept waiting for company, whatever it would save. */
const GATHER_MAX_MS = 60
const ENOUGH = 24

/**
 * How whatever is on the way of a booking gathers, in each of so many processes. All of them for the same time: who has
 * come through one run together is, at the next, company enough that has waited long enough (0031).
 */
export function gatherAmong(processes: number): Gather {
  // Each has its share of the requests, and together they begin about as many runs as one alone would.
  return { ms: Math.min(GATHER_MS * processes, GATHER_MAX_MS), enough: ENOUGH }
}
