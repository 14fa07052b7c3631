import { createHash } from 'node:crypto'
import type { Db } from '#booking/database/database.ts'
import type { IdempotencyKeyRow } from '#booking/database/idempotency.table.ts'
import { sessionOver } from '#booking/identity/sessions/sessions.ts'
import type { Session } from '#booking/identity/sessions/tokens.ts'
import { AppError, conflict } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { KeyOfRequest } from './idempotency.store.ts'
import * as idempotencyStore from './idempotency.store.ts'

export type IdempotencyDeps = { clock: Clock; db: Db }

const keyReused = () =>
  new AppError(
    422,
    'idempotency_key_reused',
    'This Idempotency-Key was used with another request: use a new key for a new request.',
  )
const stillRunning = () =>
  conflict(
    'request_in_progress',
    'The first request with this Idempotency-Key is still running: ask again shortly.',
    {
      'retry-after': '1',
    },
  )

/** After this a first request without an answer is taken for dead: no request lives that long. */
const STALE_SECONDS = 30
/** How long an answer is kept. */
const KEPT_HOURS = 48
/** And how many of one account. */
const KEYS_PER_ACCOUNT = 1_000

export type Answer = { status: number; body: object; isReplay: boolean }

type Work = {
  /** Carries the request out. */
  run: () => Promise<object>
  /** The answer for a booking that was made by a first request which died before answering. */
  recover: (bookingId: number) => Promise<object>
}

/**
 * Runs the work once for a key and body of a user, as long as the session goes on in whose name it is asked: what it did is
 * answered again to every later request. A refusal has done nothing, and nothing is kept of it: the next request with the key
 * is judged anew. Other body: 422. First one still running: 409.
 */
export async function once(
  deps: IdempotencyDeps,
  request: KeyOfRequest,
  session: Session,
  work: Work,
): Promise<Answer> {
  const claim = await idempotencyStore.claim(deps.db, request, session, deps.clock.now())
  if (!claim.isAdmitted) throw sessionOver()
  const { earlier } = claim
  if (!earlier) return carryOut(deps, request, work.run)
  if (earlier.body_hash !== request.body_hash) throw keyReused()
  if (earlier.answer !== null) return replay(earlier)
  if (!isStale(earlier, deps.clock.now())) throw stillRunning()
  if (!(await idempotencyStore.takeOver(deps.db, earlier, deps.clock.now()))) throw stillRunning()
  const { booking_id } = (await idempotencyStore.find(deps.db, request)) ?? earlier
  return carryOut(deps, request, booking_id === null ? work.run : () => work.recover(booking_id))
}

export function hashOf(body: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url')
}

/** Also those that one account has too many of: so often nobody books who means it. */
export async function forgetOldKeys({ db, clock }: IdempotencyDeps): Promise<void> {
  await idempotencyStore.removeOlderThan(db, new Date(clock.now().getTime() - KEPT_HOURS * 3_600_000))
  await idempotencyStore.removeBeyond(db, KEYS_PER_ACCOUNT)
}

async function carryOut(
  deps: IdempotencyDeps,
  request: KeyOfRequest,
  run: () => Promise<object>,
): Promise<Answer> {
  try {
    const body = await run()
    await idempotencyStore.settle(deps.db, request, { status: 201, answer: JSON.stringify(body) })
    return { status: 201, body, isReplay: false }
  } catch (error) {
    await idempotencyStore.release(deps.db, request).catch(() => {})
    throw error
  }
}

function replay({ status, answer }: IdempotencyKeyRow): Answer {
  const body = JSON.parse(answer ?? '{}')
  if (status !== 201) throw new AppError(status ?? 500, body.code, body.message, { headers: REPLAYED })
  return { status, body, isReplay: true }
}

export const REPLAYED = { 'idempotency-replayed': 'true' }

function isStale({ claimed_at }: IdempotencyKeyRow, now: Date): boolean {
  return now.getTime() - claimed_at.getTime() > STALE_SECONDS * 1000
}
