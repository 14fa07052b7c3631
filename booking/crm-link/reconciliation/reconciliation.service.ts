import type { CrmClient } from '#booking/crm-link/outbox/crm-client.ts'
import { crmAway } from '#booking/crm-link/studio/crm-faults.ts'
import type { Db } from '#booking/database/database.ts'
import {
  type BookingState,
  RANGE_SIZE,
  type RangeDigest,
  SPAN_MAX,
} from '#shared/contracts/reconciliation.schema.ts'
import type { CircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { type Reconciliation, toIds } from './reconciliation.schema.ts'
import * as reconciliationStore from './reconciliation.store.ts'

export type ReconciliationDeps = {
  log: Logger
  clock: Clock
  db: Db
  crm: { client: CrmClient; breaker: CircuitBreaker }
}

type Disagreement = { missing: number[]; differing: number[]; unknown: number[]; waiting: number }

/**
 * Compares bookings with the CRM by digests of id ranges, and booking by booking where digests differ (decision 0008).
 * With `repair`, missing and differing bookings are added to the outbox again. Throws 503 when the CRM is unavailable.
 */
export async function reconcile(deps: ReconciliationDeps, { repair = false } = {}): Promise<Reconciliation> {
  const { db, clock } = deps
  const highest = await reconciliationStore.highestId(db)
  const all: Disagreement = { missing: [], differing: [], unknown: [], waiting: 0 }
  let compared = 0
  for (let from = 1; from <= highest; from += SPAN_MAX) {
    const span = { from, to: Math.min(from + SPAN_MAX - 1, highest) }
    // The CRM is read first, so that a booking delivered in between shows as waiting or equal, not as missing.
    const theirs = await askCrm(deps.crm.client.listDigests(span))
    const ours = await reconciliationStore.listDigests(db, span)
    compared += ours.reduce((sum, { count }) => sum + count, 0)
    for (const start of differingRanges(ours, theirs)) {
      await compareRange(deps, { from: start, to: Math.min(start + RANGE_SIZE - 1, highest) }, all)
    }
  }
  const { missing, differing, unknown, waiting } = all
  if (repair && missing.length + differing.length > 0) {
    await reconciliationStore.enqueueAgain(db, [...missing, ...differing], clock.now())
  }
  return {
    in_agreement: missing.length + differing.length + unknown.length === 0,
    missing: toIds(missing),
    differing: toIds(differing),
    unknown: toIds(unknown),
    waiting,
    compared,
    checked_at: toWireTime(clock.now()),
  }
}

/** The periodic repair; skipped while the circuit breaker is open. */
export async function sweep(deps: ReconciliationDeps): Promise<void> {
  if (!deps.crm.breaker.isOpen()) await repair(deps)
}

/** Repairs and logs differences. Returns them as they were before the repair. */
export async function repair(deps: ReconciliationDeps): Promise<Reconciliation> {
  const found = await reconcile(deps, { repair: true })
  const { missing, differing } = found
  if (missing.count + differing.count > 0)
    deps.log.warn({ missing, differing }, 'the CRM had missed something: it is told again')
  return found
}

async function compareRange(
  deps: ReconciliationDeps,
  span: reconciliationStore.IdSpan,
  all: Disagreement,
): Promise<void> {
  const theirs = new Map(
    (await askCrm(deps.crm.client.listStates(span))).map((state) => [state.booking_id, state]),
  )
  const ours = await reconciliationStore.listStates(deps.db, span)
  const known = new Set(ours.map(({ booking_id }) => booking_id))
  for (const booking of ours) {
    const their = theirs.get(booking.booking_id)
    if (their?.is_cancelled === booking.is_cancelled) continue
    if (booking.is_waiting) all.waiting++
    else if (their) all.differing.push(booking.booking_id)
    else all.missing.push(booking.booking_id)
  }
  for (const id of theirs.keys()) if (!known.has(id)) all.unknown.push(id)
}

function differingRanges(ours: RangeDigest[], theirs: RangeDigest[]): number[] {
  const starts = new Set([...ours, ...theirs].map(({ from }) => from))
  const digestAt = (digests: RangeDigest[]) => new Map(digests.map(({ from, digest }) => [from, digest]))
  const [our, their] = [digestAt(ours), digestAt(theirs)]
  return [...starts].filter((from) => our.get(from) !== their.get(from)).sort((a, b) => a - b)
}

async function askCrm<T extends RangeDigest[] | BookingState[]>(answer: Promise<T>): Promise<T> {
  return answer.catch(() => {
    throw crmAway()
  })
}
