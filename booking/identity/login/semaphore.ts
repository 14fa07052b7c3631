import { unavailable } from '#shared/errors/app-error.ts'

/** Bounds the wait when the running work hangs, such as on an unresponsive database. */
const WAIT_MAX_MS = 6_000

const tooManyWaiting = () =>
  unavailable('busy', 'Too many people are signing in at once: please try again in a moment.', 2)

/**
 * Returns a function that runs work with at most `permits` running and `waitingMax` waiting, first in first out. It throws
 * 503 when the queue is full, and after `WAIT_MAX_MS`.
 */
export function createSemaphore(permits: number, waitingMax: number) {
  let running = 0
  const waiting = new Set<() => void>()

  function waitForPermit(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const start = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(() => {
      waiting.delete(start)
      reject(tooManyWaiting())
    }, WAIT_MAX_MS)
    waiting.add(start)
    return promise
  }

  return async function withPermit<T>(work: () => Promise<T>): Promise<T> {
    if (running < permits) running++
    else if (waiting.size >= waitingMax) throw tooManyWaiting()
    else await waitForPermit()
    try {
      return await work()
    } finally {
      // The permit is handed over rather than released, so that a new arrival cannot overtake the queue.
      const [next] = waiting
      if (next) {
        waiting.delete(next)
        next()
      } else running--
    }
  }
}
