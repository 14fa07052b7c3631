import type { Clock } from './clock.ts'

/** Remembers that the other side is away, so that asking it costs nothing until it is worth another try. */
export type CircuitBreaker = {
  /** True while the other side is taken for dead. */
  isOpen(): boolean
  /** True when it is open, and the pause before the next try is over. */
  isProbeDue(): boolean
  succeed(): void
  /** `pauseMs` is how long the other side asked to be left alone. */
  fail(pauseMs?: number): void
}

const FAILURES_MAX = 3
const PAUSE_MIN_MS = 1_000
const PAUSE_MAX_MS = 15_000

/** Opens after three failures in a row; the pause between tries doubles up to a quarter of a minute. */
export function createCircuitBreaker(clock: Clock): CircuitBreaker {
  let failures = 0
  let nextTryMs = 0
  const isOpen = () => failures >= FAILURES_MAX
  return {
    isOpen,
    isProbeDue: () => isOpen() && clock.now().getTime() >= nextTryMs,
    succeed() {
      failures = 0
    },
    fail(askedMs = 0) {
      failures++
      const doubled = PAUSE_MIN_MS * 2 ** Math.max(0, failures - FAILURES_MAX)
      const pauseMs = Math.max(Math.min(doubled, PAUSE_MAX_MS), Math.min(askedMs, 2 * PAUSE_MAX_MS))
      // Not all instances shall try at the same moment.
      nextTryMs = clock.now().getTime() + pauseMs * (0.75 + Math.random() / 4)
    },
  }
}
