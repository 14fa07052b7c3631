import type { Clock } from './clock.ts'

/** Circuit breaker for calls to another service, with one probe at a time while it is open. */
export type CircuitBreaker = {
  isOpen(): boolean
  /** Whether it is open and the pause before the next probe is over. */
  isProbeDue(): boolean
  succeed(): void
  /** `pauseMs`: the `Retry-After` of the other side. */
  fail(pauseMs?: number): void
}

const FAILURES_MAX = 3
const PAUSE_MIN_MS = 1_000
const PAUSE_MAX_MS = 15_000

/** Opens after three consecutive failures. The pause doubles from 1 s to 15 s; a longer `Retry-After` counts up to 30 s. */
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
      // Jitter, so that the instances do not probe at the same moment.
      nextTryMs = clock.now().getTime() + pauseMs * (0.75 + Math.random() / 4)
    },
  }
}
