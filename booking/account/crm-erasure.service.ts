import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Erasure } from '#booking/crm-link/erasures/crm-erasure.store.ts'
import * as crmErasureStore from '#booking/crm-link/erasures/crm-erasure.store.ts'
import { type CrmClient, CrmFault } from '#booking/crm-link/outbox/crm-client.ts'
import type { Db } from '#booking/database/database.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import type { CircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { announce, type CancelAllDeps, cancelAll } from './cancel-all.service.ts'
import * as deletionStore from './deletion.store.ts'

export type CrmErasureDeps = CancelAllDeps & {
  log: Logger
  clock: Clock
  db: Db
  crm: { client: CrmClient; breaker: CircuitBreaker }
}

/** By then requests that were running at the deletion, which last 8 s at most, and their calls to the CRM have ended. */
const FIRST_AFTER_SECONDS = 10
/** The erasure is then repeated once, because a stalled process may have sent an old notification in between. */
const AGAIN_AFTER_SECONDS = 60
const ATTEMPT_MAX_MS = 5_000
const PAUSE_MIN_SECONDS = 5
/** Bound of the pause while the CRM is unavailable, so that erasures follow soon after it is back. */
const AWAY_PAUSE_MAX_SECONDS = 60
/** Bound of the pause while the CRM refuses, such as another product without this route: it needs an operator. */
const REFUSED_PAUSE_MAX_SECONDS = 3_600
const BATCH = 20

export function firstAttemptAt(now: Date): Date {
  return inSeconds(now, FIRST_AFTER_SECONDS)
}

/**
 * Sends due erasures. Each is retried until the CRM has acknowledged it, and then repeated once (decision 0017). Returns
 * true when one was acknowledged.
 */
export async function eraseDue(deps: CrmErasureDeps): Promise<boolean> {
  if (deps.crm.breaker.isOpen()) return false
  const erasures = await crmErasureStore.claimDue(deps.db, deps.clock.now(), BATCH)
  const outcomes = await Promise.all(erasures.map((erasure) => erase(deps, erasure)))
  return outcomes.includes(true)
}

async function erase(deps: CrmErasureDeps, erasure: Erasure): Promise<boolean> {
  const {
    db,
    clock,
    crm: { client: crm },
    log,
  } = deps
  const { user_id, attempts } = erasure
  if (await hasCancelledLateBookings(deps, user_id)) {
    await crmErasureStore.retryAt(db, user_id, firstAttemptAt(clock.now()), 'bookings to be told first')
    return false
  }
  try {
    const refusal = await crm.anonymise(user_id, ATTEMPT_MAX_MS)
    if (refusal === undefined) return await complete(deps, erasure)
    log.error(
      { user_id, attempts: attempts + 1, reason: refusal },
      'CRM does not forget a person, will try again',
    )
    await postpone(deps, erasure, refusal, REFUSED_PAUSE_MAX_SECONDS)
  } catch (error) {
    if (!(error instanceof CrmFault)) throw error
    await postpone(deps, erasure, error.message, AWAY_PAUSE_MAX_SECONDS)
  }
  return false
}

/**
 * Cancels bookings and deletes texts that were written after the deletion, which only an instance of the previous release
 * can have done during an upgrade.
 */
async function hasCancelledLateBookings(deps: CrmErasureDeps, user_id: number): Promise<boolean> {
  const late = await retryingTransaction(deps.db, async (trx) => {
    const reason = 'account_deleted'
    const all = await cancelAll(trx, { user_id, actor_id: null, reason }, deps.clock.now())
    await deletionStore.removeTraces(trx, user_id)
    return all
  })
  announce(deps, late)
  return late.cancelled > 0
}

async function complete({ db, clock }: CrmErasureDeps, { user_id, isRepeated }: Erasure): Promise<true> {
  const now = clock.now()
  if (isRepeated) {
    await crmErasureStore.check(db, user_id, now)
    return true
  }
  await db.transaction().execute(async (trx) => {
    await crmErasureStore.complete(trx, user_id, now, inSeconds(now, AGAIN_AFTER_SECONDS))
    await auditLog.record(trx, {
      at: now,
      actor_id: null,
      action: 'user.forgotten_by_crm',
      subject: 'user',
      subject_id: user_id,
    })
  })
  return true
}

async function postpone(
  { db, clock }: CrmErasureDeps,
  { user_id, attempts }: Erasure,
  reason: string,
  maxSeconds: number,
) {
  const seconds = Math.min(PAUSE_MIN_SECONDS * 2 ** attempts, maxSeconds)
  await crmErasureStore.retryAt(
    db,
    user_id,
    inSeconds(clock.now(), seconds * (0.75 + Math.random() / 2)),
    reason,
  )
}

function inSeconds(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000)
}
