import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import * as bookingStore from '#booking/bookings/booking.store.ts'
import * as bookingClashStore from '#booking/bookings/booking-clash.store.ts'
import type { PromotionDeps } from '#booking/bookings/promotion.service.ts'
import * as promotion from '#booking/bookings/promotion.service.ts'
import type { Delivery } from '#booking/crm-link/outbox/delivery.ts'
import * as outboxStore from '#booking/crm-link/outbox/outbox.store.ts'
import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as waitlistStore from '#booking/waitlist/waitlist.store.ts'
import * as cancelAllStore from './cancel-all.store.ts'

export type CancelAllDeps = PromotionDeps & { crm: { delivery: Delivery }; caches: { events: EventCache } }

type Cancellation = {
  user_id: number
  /** Null: a job, or an operator at the command line. */
  actor_id: number | null
  /** For the audit log. */
  reason: 'account_deleted' | 'account_closed' | 'cancelled_for_attendee'
  /** Shown to the attendee. */
  removal_reason?: string | null
  /** Restricts it to events of this facilitator. */
  facilitator_id?: number | undefined
}

/** What was cancelled, for `announce` after the commit. */
export type CancelledAll = {
  cancelled: number
  leftWaitlists: number
  seats: eventStore.SeatCount[]
  promoted: promotion.Promotion
  messageIds: number[]
}

/**
 * Cancels all upcoming bookings of a person and removes them from waiting lists, whatever the deadlines, with promotions
 * and CRM messages as for single cancellations. Locks events, then the user, which waits for concurrent bookings of the
 * person. Throws `BookedMeanwhile` when one of those was for an event that somebody else has locked: run it in `retryingTransaction`.
 */
export async function cancelAll(
  trx: Db,
  { user_id, actor_id, reason, removal_reason = null, facilitator_id }: Cancellation,
  now: Date,
): Promise<CancelledAll> {
  const eventIds = await cancelAllStore.listEventsAhead(trx, { user_id, facilitator_id }, now)
  await eventStore.lockMany(trx, eventIds)
  await userStore.lockExclusively(trx, user_id)
  const aheadNow = await cancelAllStore.listEventsAhead(trx, { user_id, facilitator_id }, now)
  const missing = aheadNow.filter((id) => !eventIds.includes(id))
  // Out of order, after the user: so it must not wait.
  if ((await eventStore.lockFree(trx, missing)) < missing.length) throw new BookedMeanwhile()
  eventIds.push(...missing)
  let leftWaitlists = 0
  for (const event_id of eventIds) if (await waitlistStore.leave(trx, event_id, user_id, now)) leftWaitlists++
  const held = await cancelAllStore.listSeats(trx, user_id, eventIds)
  const seats: eventStore.SeatCount[] = []
  for (const { event_id } of held) seats.push(await eventStore.addParticipants(trx, event_id, -1))
  const promoted = await promotion.promote(
    trx,
    held.map(({ event_id }) => event_id),
    now,
  )
  const messageIds: number[] = []
  for (const { id, event_id } of held) {
    await bookingStore.cancel(trx, id, now, removal_reason)
    const entry = {
      at: now,
      actor_id,
      action: 'booking.cancelled',
      subject: 'booking' as const,
      subject_id: id,
    }
    await auditLog.record(trx, { ...entry, details: { event_id, reason } })
    messageIds.push(await outboxStore.add(trx, 'booking.cancelled', id, now))
  }
  // Remaining bookings may have clashed with the cancelled ones.
  await bookingClashStore.settle(trx, [user_id])
  return { cancelled: held.length, leftWaitlists, seats, promoted, messageIds }
}

/** Has the SQLSTATE of a serialization failure, on which `retryingTransaction` retries. */
class BookedMeanwhile extends Error {
  readonly code = '40001'
}

/** Updates the cache and sends the CRM messages. Call it after the commit. */
export function announce(deps: CancelAllDeps, { seats, promoted, messageIds }: CancelledAll): void {
  for (const count of seats) deps.caches.events.setSeats(count)
  promotion.announce(deps, promoted)
  deps.crm.delivery.sendSoon(messageIds)
}
