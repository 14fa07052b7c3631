import type { ServerResponse } from 'node:http'
import type { AppError } from '#shared/errors/app-error.ts'
import { onceClosed } from '#shared/http/requests/response-close.ts'

/** A limit of `max` slots for all responses with the same key. */
type Claim = { key: string; max: number; refusal: () => AppError }

/** A counting semaphore for responses that last, without a queue. */
export type Slots = {
  /** Takes a slot until the response closes. Throws `full`, or the refusal of the first claim whose limit is reached. */
  take(response: ServerResponse, claims: Claim[], weight?: number): void
  /** Weight of the responses in progress. */
  taken(): number
}

/** `max`: total weight of the responses in progress. A single response is admitted whatever its weight. */
export function createSlots(max: number, full: () => AppError): Slots {
  const counts = new Map<string, number>()
  let taken = 0
  const change = (key: string, by: 1 | -1) => {
    const count = (counts.get(key) ?? 0) + by
    if (count > 0) counts.set(key, count)
    else counts.delete(key)
  }
  return {
    taken: () => taken,
    take(response, claims, weight = 1) {
      if (taken > 0 && taken + weight > max) throw full()
      const used = claims.find(({ key, max }) => (counts.get(key) ?? 0) >= max)
      if (used) throw used.refusal()
      // Its `close` event is over.
      if (response.destroyed) return
      taken += weight
      for (const { key } of claims) change(key, 1)
      onceClosed(response, () => {
        taken -= weight
        for (const { key } of claims) change(key, -1)
      })
    },
  }
}
