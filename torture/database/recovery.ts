import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { outcomes, tally } from '#harness/load/figures.ts'
import { findPostmaster } from '#shared/db/embedded/postmaster.ts'
import type { History } from '../history.ts'

/** While the database is away a booking is made, or refused with 503 in our own words. Anything else is wrong. */
export function judgeAnswers({ attempts }: History) {
  const told = attempts.map(({ answer }) => answer)
  const wrong = told.filter(({ status, body }) => status !== 201 && !(status === 503 && body.code))
  const samples = tally(wrong.map(({ status, fault, body }) => `${status} ${fault ?? body.code ?? ''}`))
  const all = outcomes(told.map(({ status }) => ({ status })))
  const words = `answers ${all}, other than 201 and 503 JSON ${wrong.length}${samples && ` (${samples})`}`
  return { told, isRight: wrong.length === 0, words }
}

const BOOKED_MAX_MS = 30_000

/**
 * How many ms after `sinceMs` the first booking succeeded of those that were answered after the first `from` attempts;
 * infinite when none does within half a minute from now. `sinceMs` is on the clock of `performance.now()`.
 */
export async function untilBooked(
  { attempts }: History,
  { sinceMs = performance.now(), from = attempts.length } = {},
): Promise<number> {
  const deadline = performance.now() + BOOKED_MAX_MS
  while (performance.now() < deadline) {
    const success = attempts.slice(from).find(({ answer }) => answer.status === 201)
    if (success) return Math.max(0, success.answer.sentAt + success.answer.ms - sinceMs)
    await sleep(10)
  }
  return Number.POSITIVE_INFINITY
}

/** The PostgreSQL of the Main API in this data directory, if it runs. */
export const mainPostmaster = (dataDir: string) =>
  findPostmaster(join(realpathSync(dataDir), 'booking', 'pg'))
