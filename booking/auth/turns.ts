import { unavailable } from '#shared/http/app-error.ts'

const tooManyWaiting = () =>
  unavailable('busy', 'Too many people are signing in at once: please try again in a moment.', 2)

/** Lets `atOnceMax` pieces of work run and `waitingMax` wait, first come first served. Throws 503 for more. */
export function createTurns(atOnceMax: number, waitingMax: number) {
  let running = 0
  const waiting: (() => void)[] = []
  return async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (running < atOnceMax) running++
    else if (waiting.length >= waitingMax) throw tooManyWaiting()
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // The place is handed over rather than freed, so that nobody who comes just now can take it.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
