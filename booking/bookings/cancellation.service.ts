import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Delivery } from '#booking/crm-link/outbox/delivery.ts'
import * as outboxStore from '#booking/crm-link/outbox/outbox.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { badRequest, notFound } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { CancelledBooking } from './booking.schema.ts'
import * as bookingStore from './booking.store.ts'
import * as bookingClashStore from './booking-clash.store.ts'
import { type CancellationFacts, cancellableUntil, deadlineOf } from './cancellation.rules.ts'
import type { PromotionDeps } from './promotion.service.ts'
import * as promotion from './promotion.service.ts'
import * as promotionStore from './promotion.store.ts'

export type CancellationDeps = PromotionDeps & {
  clock: Clock
  db: Db
  crm: { delivery: Delivery }
  caches: { events: EventCache }
}

const alreadyCancelled = () => badRequest('already_cancelled', 'This booking is already cancelled.')
const tooLate = () =>
  badRequest('event_started', 'This event has already begun: it can no longer be cancelled.')
const deadlinePassed = (deadline: Date) =>
  badRequest(
    'cancellation_deadline_passed',
    `Bookings of this event could be cancelled until ${toWireTime(deadline)} UTC: ask the facilitator to cancel it.`,
  )

type Cancellation = {
  id: number
  event_id: number
  actor: UserRow
  /** Whether the event's deadline binds the actor. */
  isBoundByDeadline: boolean
}

/**
 * Cancels the caller's booking. Throws 404 for any other booking, and 400 when it is cancelled already, the event has begun
 * or its deadline has passed (contract, decision 0014).
 */
export async function cancel(deps: CancellationDeps, caller: UserRow, id: number): Promise<CancelledBooking> {
  const booking = await bookingStore.findOwn(deps.db, { user_id: caller.id, id, now: deps.clock.now() })
  if (!booking) throw notFound('booking')
  return giveUpSeat(deps, { id, event_id: booking.event.id, actor: caller, isBoundByDeadline: true })
}

/**
 * Cancels a booking, gives the seat to the first on the waiting list, and adds the CRM messages of both, in one
 * transaction. Throws 404 and 400 like `cancel`.
 */
export async function giveUpSeat(
  deps: CancellationDeps,
  { id, event_id, actor, isBoundByDeadline }: Cancellation,
): Promise<CancelledBooking> {
  const now = deps.clock.now()
  const done = await retryingTransaction(deps.db, async (trx) => {
    const event = await eventStore.lock(trx, event_id)
    const booking = event && (await bookingStore.findOfEvent(trx, event_id, id))
    if (!booking) throw notFound('booking')
    await bookingClashStore.lockAttendees(trx, [booking.user_id])
    if (booking.status === 'CANCELLED') throw alreadyCancelled()
    if (event.start_datetime <= now) throw tooLate()
    if (isBoundByDeadline) await requireDeadlineAhead(trx, id, { ...event, ...booking }, now)
    const seats = await eventStore.addParticipants(trx, event_id, -1)
    const promoted = await promotion.promote(trx, [event_id], now)
    const cancelled = await bookingStore.cancel(trx, id, now)
    if (!cancelled) throw tooLate()
    await bookingClashStore.settle(trx, [booking.user_id])
    const details = { event_id }
    await auditLog.record(trx, {
      at: now,
      actor_id: actor.id,
      action: 'booking.cancelled',
      subject: 'booking',
      subject_id: id,
      details,
    })
    const messageId = await outboxStore.add(trx, 'booking.cancelled', id, now)
    return { cancelled, user_id: booking.user_id, seats, promoted, messageId }
  })
  deps.caches.events.setSeats(done.seats)
  promotion.announce(deps, done.promoted)
  deps.crm.delivery.sendSoon([done.messageId])
  await promotion.offerAgain(deps, done.user_id)
  return { ...done.cancelled, updated_at: toWireTime(done.cancelled.updated_at) }
}

async function requireDeadlineAhead(
  trx: Db,
  id: number,
  booking: Omit<CancellationFacts, 'promoted_at'>,
  now: Date,
): Promise<void> {
  const promoted_at = await promotionStore.findPromotedAt(trx, id)
  if (!cancellableUntil({ ...booking, promoted_at }, now)) throw deadlinePassed(deadlineOf(booking))
}
