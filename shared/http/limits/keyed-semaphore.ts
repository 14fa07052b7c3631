import type { ServerResponse } from 'node:http'
import { AppError, tooBusy } from '#shared/errors/app-error.ts'
import { onceClosed } from '#shared/http/requests/response-close.ts'

/** A semaphore for each key (a caller), so that expensive answers to one caller do not delay those to others. */
export type KeyedSemaphore = {
  /**
   * Resolves when a permit of the key is free; it is released when the response closes. Throws 429 when too many of the
   * key wait, 503 when too many wait in all.
   */
  acquire(key: string, response: ServerResponse): Promise<void>
}

type Permits = { acquired: number; waiting: (() => void)[] }

const tooManyAtOnce = () =>
  new AppError(
    429,
    'too_many_at_once',
    'You are asking for the same thing on many connections at once: wait for the first answers.',
    { headers: { 'retry-after': '2' } },
  )

export function createKeyedSemaphore({
  permits: permitsMax,
  waitingMax,
  waitingMaxInAll,
}: {
  /** For each key. */
  permits: number
  waitingMax: number
  waitingMaxInAll: number
}): KeyedSemaphore {
  const byKey = new Map<string, Permits>()
  let waitingInAll = 0

  const release = (key: string, permits: Permits) => {
    const next = permits.waiting.shift()
    if (next) return next()
    if (--permits.acquired === 0) byKey.delete(key)
  }
  return {
    async acquire(key, response) {
      if (response.destroyed) return
      const permits = byKey.get(key) ?? { acquired: 0, waiting: [] }
      const isFull = permits.acquired >= permitsMax
      if (isFull && permits.waiting.length >= waitingMax) throw tooManyAtOnce()
      if (isFull && waitingInAll >= waitingMaxInAll) throw tooBusy()
      byKey.set(key, permits)
      if (!isFull) permits.acquired++
      else {
        waitingInAll++
        await new Promise<void>((resolve) => permits.waiting.push(resolve))
        waitingInAll--
      }
      // The client may have left while it waited.
      if (response.destroyed) release(key, permits)
      else onceClosed(response, () => release(key, permits))
    },
  }
}
