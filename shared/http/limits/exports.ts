import type { ServerResponse } from 'node:http'
import { AppError, tooManyRequests, unavailable } from '#shared/errors/app-error.ts'
import { createSizedCache } from '#shared/lib/sized-cache.ts'
import { createPlaces } from './slots.ts'

/** Files with everything that matches: each is much work, so that one caller has few at once. */
export type Exports = {
  /** Takes a place until the file is taken. Throws 429 when the caller has as many as they may, 503 when all places are taken. */
  begin(response: ServerResponse, caller?: number): void
  /** The same for one that is made in one go: not so soon again either. */
  beginWhole(response: ServerResponse, caller: number): void
}

const IN_ALL_MAX = 64
const PER_CALLER_MAX = 2
const WHOLE_EVERY_MS = 5_000
const PACES_MAX_BYTES = 4 * 1024 * 1024

const allTaken = () =>
  unavailable('too_many_exports', 'Too many files are being written: please try again in a moment.')
const tooManyOfCaller = () =>
  new AppError(429, 'too_many_exports', 'Your last files are still being sent: wait until they are there.', {
    headers: { 'retry-after': '5' },
  })

/** `isLimited`: whether one caller may have only so many. */
export function createExports({
  isLimited,
  inAllMax = IN_ALL_MAX,
}: {
  isLimited: boolean
  inAllMax?: number
}): Exports {
  const places = createPlaces(inAllMax, allTaken)
  const paces = createSizedCache<number, { nextAtMs: number }>({
    maxBytes: PACES_MAX_BYTES,
    keptMs: WHOLE_EVERY_MS,
    bytesOf: () => 0,
  })
  const begin = (response: ServerResponse, caller?: number) => {
    const isCounted = isLimited && caller !== undefined
    const claim = { key: `${caller}`, max: PER_CALLER_MAX, refusal: tooManyOfCaller }
    places.take(response, isCounted ? [claim] : [])
  }
  return {
    begin,
    beginWhole(response, caller) {
      const waitMs = isLimited ? (paces.get(caller)?.nextAtMs ?? 0) - performance.now() : 0
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1_000)
        throw tooManyRequests(seconds, `You have just had this file: try again in ${seconds} s.`)
      }
      begin(response, caller)
      paces.set(caller, { nextAtMs: performance.now() + WHOLE_EVERY_MS })
    },
  }
}
