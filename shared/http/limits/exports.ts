import type { ServerResponse } from 'node:http'
import { AppError, tooManyRequests, unavailable } from '#shared/errors/app-error.ts'
import { createSizedCache } from '#shared/lib/sized-cache.ts'
import { createSlots } from './slots.ts'

/** Limits the exports (files of all rows that match) that are sent at the same time. */
export type Exports = {
  /** Takes a slot until the response closes. Throws 429 when the caller has used theirs, 503 when all are taken. */
  begin(response: ServerResponse, caller?: number): void
  /** The same for an export that is built in memory. Throws 429 as well within five seconds of the last one. */
  beginWhole(response: ServerResponse, caller: number): void
}

const IN_ALL_MAX = 64
const PER_CALLER_MAX = 2
const WHOLE_EVERY_MS = 5_000
const COOLDOWNS_MAX_BYTES = 4 * 1024 * 1024

const allTaken = () =>
  unavailable('too_many_exports', 'Too many files are being written: please try again in a moment.')
const tooManyOfCaller = () =>
  new AppError(429, 'too_many_exports', 'Your last files are still being sent: wait until they are there.', {
    headers: { 'retry-after': '5' },
  })

/** `isLimited`: whether callers have limits of their own beside the total. */
export function createExports({
  isLimited,
  inAllMax = IN_ALL_MAX,
}: {
  isLimited: boolean
  inAllMax?: number
}): Exports {
  const slots = createSlots(inAllMax, allTaken)
  const cooldowns = createSizedCache<number, { nextAtMs: number }>({
    maxBytes: COOLDOWNS_MAX_BYTES,
    keptMs: WHOLE_EVERY_MS,
    bytesOf: () => 0,
  })
  const begin = (response: ServerResponse, caller?: number) => {
    const isCounted = isLimited && caller !== undefined
    const claim = { key: `${caller}`, max: PER_CALLER_MAX, refusal: tooManyOfCaller }
    slots.take(response, isCounted ? [claim] : [])
  }
  return {
    begin,
    beginWhole(response, caller) {
      const waitMs = isLimited ? (cooldowns.get(caller)?.nextAtMs ?? 0) - performance.now() : 0
      if (waitMs > 0) {
        const seconds = Math.ceil(waitMs / 1_000)
        throw tooManyRequests(seconds, `You have just had this file: try again in ${seconds} s.`)
      }
      begin(response, caller)
      cooldowns.set(caller, { nextAtMs: performance.now() + WHOLE_EVERY_MS })
    },
  }
}
