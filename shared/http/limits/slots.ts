import type { ServerResponse } from 'node:http'
import type { AppError } from '#shared/errors/app-error.ts'

/** Who may have at most so many places at once. */
type Claim = { key: string; max: number; refusal: () => AppError }

/** A counting semaphore for answers that last: nobody waits, whoever comes when all places are taken is told so. */
export type Places = {
  /** Takes a place until the answer is over, whoever ends it. Throws what the first claim says that is used up. */
  take(response: ServerResponse, claims: Claim[], weight?: number): void
  taken(): number
}

/** `max` is what all answers together may weigh. One is always let in. */
export function createPlaces(max: number, full: () => AppError): Places {
  /** No key stays that has no place. */
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
      // It will not be told again that it is over.
      if (response.destroyed) return
      taken += weight
      for (const { key } of claims) change(key, 1)
      response.once('close', () => {
        taken -= weight
        for (const { key } of claims) change(key, -1)
      })
    },
  }
}
