import { setTimeout as sleep } from 'node:timers/promises'
import { tally } from '#harness/load/figures.ts'
import type { History } from '../history.ts'

/** While the database is away a booking is made, or refused with 503 in our own words. Whatever else people were told is wrong. */
export function judgeAnswers({ attempts }: History) {
  const told = attempts.map(({ answer }) => answer)
  const wrong = told.filter(({ status, body }) => status !== 201 && !(status === 503 && body.code))
  const samples = tally(wrong.map(({ status, fault, body }) => `${status} ${fault ?? body.code ?? ''}`))
  return {
    told,
    isRight: wrong.length === 0,
    words: `answers ${tally(told.map(({ status }) => status))}, other than 201 and 503 JSON ${wrong.length}${samples && ` (${samples})`}`,
  }
}

type Since = {
  /** On the clock of `performance.now()`. */
  sinceMs: number
  maxMs: number
  /** How many attempts were answered before: they do not count. */
  from?: number
}

/** How long after `sinceMs` the first booking succeeded; infinite when none does within `maxMs` from now. */
export async function untilBooked({ attempts }: History, { sinceMs, maxMs, from }: Since): Promise<number> {
  const first = from ?? attempts.length
  const deadline = performance.now() + maxMs
  while (performance.now() < deadline) {
    const success = attempts.slice(first).find(({ answer }) => answer.status === 201)
    if (success) return Math.max(0, success.answer.sentAt + success.answer.ms - sinceMs)
    await sleep(10)
  }
  return Number.POSITIVE_INFINITY
}
