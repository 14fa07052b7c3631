import { unavailable } from '#shared/errors/app-error.ts'

/** A database that does not answer holds up everybody in the line: nobody stands in it for longer than this. */
const WAIT_MAX_MS = 6_000

const tooManyWaiting = () =>
  unavailable('busy', 'Too many people are signing in at once: please try again in a moment.', 2)

/** Lets `atOnceMax` pieces of work run and `waitingMax` wait, first come first served. Throws 503 for more. */
export function createTurns(atOnceMax: number, waitingMax: number) {
  let running = 0
  const waiting = new Set<() => void>()

  function standInLine(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const enter = () => {
      clearTimeout(timer)
      resolve()
    }
    const timer = setTimeout(() => {
      waiting.delete(enter)
      reject(tooManyWaiting())
    }, WAIT_MAX_MS)
    waiting.add(enter)
    return promise
  }

  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < atOnceMax) running++
    else if (waiting.size >= waitingMax) throw tooManyWaiting()
    else await standInLine()
    try {
      return await work()
    } finally {
      // The place is handed over rather than freed, so that nobody who comes just now can take it.
      const [next] = waiting
      if (next) {
        waiting.delete(next)
        next()
      } else running--
    }
  }
}
