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

/** A first request without an answer after this time has died: no request lasts that long. */
const STALE_SECONDS = 30
/** How long answers are stored. */
const KEPT_HOURS = 48
/** How many of one account. */
const KEYS_PER_ACCOUNT = 1_000

export type Answer<T> = { status: number; body: T; isReplay: boolean }

type Work<T> = {
  run: () => Promise<T>
  /** Returns the answer for a booking whose first request died before it answered. */
  recover: (bookingId: number) => Promise<T>
}

/**
 * Runs the work once per user and key and returns its answer to every later request with the same key and body. A refusal
 * has no effect, so it is not stored and the next request runs again. Throws 401 when the session has ended, 422 for a
 * different body, and 409 while the first request is running.
 */
export async function once<T>(
  deps: IdempotencyDeps,
  request: KeyOfRequest,
  session: Session,
  work: Work<T>,
): Promise<Answer<T>> {
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

/** In the transaction of the work: stores what it answers. */
export type Settle<T> = (trx: Db, answer: T) => Promise<void>

/** `body`: what is asked for, and where. */
type KeyedRequest = { user_id: number; key: string | undefined; body: unknown[] }

/**
 * Runs work that is one transaction once per user and key, and returns its answer to every later request with the same key and body. The
 * work has to call `settle` within its transaction, so that a crash leaves both or neither. A refusal rolls back and is not stored.
 * Without a key every request is run. Throws 422 for a different body.
 */
export async function onceInTransaction<T>(
  { db, clock }: IdempotencyDeps,
  { user_id, key, body }: KeyedRequest,
  run: (settle?: Settle<T>) => Promise<T>,
): Promise<{ body: T; isReplay: boolean }> {
  if (key === undefined) return { body: await run(), isReplay: false }
  const request: KeyOfRequest = { user_id, key, body_hash: hashOf(body) }
  const find = async () => {
    const earlier = await idempotencyStore.find(db, request)
    if (!earlier) return
    if (earlier.body_hash !== request.body_hash) throw keyReused()
    return replay<T>(earlier)
  }
  const settle: Settle<T> = async (trx, body) => {
    const answer = { status: 201, answer: JSON.stringify(body) }
    // Waits for a concurrent transaction with the key.
    if (!(await idempotencyStore.insertSettled(trx, request, answer, clock.now())))
      throw new AnsweredMeanwhile()
  }
  const earlier = await find()
  if (earlier) return earlier
  try {
    return { body: await run(settle), isReplay: false }
  } catch (error) {
    const first = error instanceof AnsweredMeanwhile ? await find() : undefined
    if (!first) throw error
    return first
  }
}

class AnsweredMeanwhile extends Error {}

export function hashOf(body: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url')
}

/** Deletes expired keys, and the oldest of accounts with more than `KEYS_PER_ACCOUNT`. */
export async function forgetOldKeys({ db, clock }: IdempotencyDeps): Promise<void> {
  await idempotencyStore.removeOlderThan(db, new Date(clock.now().getTime() - KEPT_HOURS * 3_600_000))
  await idempotencyStore.removeBeyond(db, KEYS_PER_ACCOUNT)
}

async function carryOut<T>(
  deps: IdempotencyDeps,
  request: KeyOfRequest,
  run: () => Promise<T>,
): Promise<Answer<T>> {
  try {
    const body = await run()
    await idempotencyStore.settle(deps.db, request, { status: 201, answer: JSON.stringify(body) })
    return { status: 201, body, isReplay: false }
  } catch (error) {
    await idempotencyStore.release(deps.db, request).catch(() => {})
    throw error
  }
}

/** The stored JSON is the `T` that an earlier run of the same work returned; some older rows hold a refusal. */
function replay<T>({ status, answer }: IdempotencyKeyRow): Answer<T> {
  const body = JSON.parse(answer ?? '{}')
  if (status !== 201) throw new AppError(status ?? 500, body.code, body.message, { headers: REPLAYED })
  return { status, body, isReplay: true }
}

export const REPLAYED = { 'idempotency-replayed': 'true' }

function isStale({ claimed_at }: IdempotencyKeyRow, now: Date): boolean {
  return now.getTime() - claimed_at.getTime() > STALE_SECONDS * 1000
}
