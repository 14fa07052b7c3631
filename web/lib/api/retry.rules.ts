import { ApiError, isOffline, isTransient, retryAfterMs } from './api-error.ts'

/** When a read that failed is tried again. What changes something never is: only the person knows whether it is still wanted. */

const RETRIES = 3
/** Longer waits are shown to the reader, who decides when to try again. */
const WAIT_MAX_MS = 5_000
/** A server that refuses for a while, as with 503, says when it will be back: the reader is told, and waits. */
const BUSY_WAIT_MAX_MS = 30_000

export function mayRetry(failures: number, error: unknown): boolean {
  const maxMs = isBusy(error) ? BUSY_WAIT_MAX_MS : WAIT_MAX_MS
  // Without a connection the browser says when there is one again.
  return failures < RETRIES && !isOffline() && isTransient(error) && retryAfterMs(error) <= maxMs
}

/** In milliseconds: what the server asks for, and more with every failure. */
export const retryWaitMs = (failures: number, error: unknown): number =>
  Math.max(1_000 * 2 ** failures, retryAfterMs(error))

/** What the reader is told while a read is tried again. */
export const troubleOf = (error: unknown): 'busy' | 'unreachable' => (isBusy(error) ? 'busy' : 'unreachable')

const isBusy = (error: unknown) => error instanceof ApiError && [429, 503].includes(error.status)
