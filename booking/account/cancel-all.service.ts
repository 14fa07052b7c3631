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
import * as departureStore from './cancel-all.store.ts'

export type CancelAllDeps = PromotionDeps & { crm: { delivery: Delivery }; caches: { events: EventCache } }

/** Whose seats are given up, by whom and why: a word for the log, and a sentence for the attendee where there is one. */
type Leaving = {
  user_id: number
  actor_id: number | null
  reason: 'account_deleted' | 'account_closed' | 'cancelled_for_attendee'
  told?: string | null
  /** Only at events of this facilitator. */
  facilitator_id?: number | undefined
}

/** What somebody's leaving has changed: to be announced once the transaction has been committed. */
export type Departure = {
  cancelled: number
  leftLines: number
  seats: eventStore.SeatCount[]
  promoted: promotion.Promotion
  messageIds: number[]
}

/**
 * Gives up every seat and every place in line that somebody has ahead of them, whatever the deadlines say. Seats go to
 * those who wait, and the CRM is told, as when each is given up by itself. Locks events first, then the person. Whoever is
 * booking in their name at that moment is waited for, and the transaction begun anew when that was another event.
 */
export async function giveUpAll(
  trx: Db,
  { user_id, actor_id, reason, told = null, facilitator_id }: Leaving,
  now: Date,
): Promise<Departure> {
  const eventIds = await departureStore.listEventsAhead(trx, { user_id, facilitator_id }, now)
  await eventStore.lockMany(trx, eventIds)
  await userStore.lockExclusively(trx, user_id)
  const aheadNow = await departureStore.listEventsAhead(trx, { user_id, facilitator_id }, now)
  if (aheadNow.some((id) => !eventIds.includes(id))) throw new BookedMeanwhile()
  let leftLines = 0
  for (const event_id of eventIds) if (await waitlistStore.leave(trx, event_id, user_id, now)) leftLines++
  const held = await departureStore.listSeats(trx, user_id, eventIds)
  const seats: eventStore.SeatCount[] = []
  for (const { event_id } of held) seats.push(await eventStore.addParticipants(trx, event_id, -1))
  const promoted = await promotion.promote(
    trx,
    held.map(({ event_id }) => event_id),
    now,
  )
  const messageIds: number[] = []
  for (const { id, event_id } of held) {
    await bookingStore.cancel(trx, id, now, told)
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
  // What is left may have clashed with what is gone.
  await bookingClashStore.settle(trx, [user_id])
  return { cancelled: held.length, leftLines, seats, promoted, messageIds }
}

/** What `retryingTransaction` takes for a transaction that somebody was faster than. */
class BookedMeanwhile extends Error {
  readonly code = '40001'
}

/** Tells this instance's readers and the CRM. After the commit. */
export function announce(deps: CancelAllDeps, { seats, promoted, messageIds }: Departure): void {
  for (const count of seats) deps.caches.events.setSeats(count)
  promotion.announce(deps, promoted)
  deps.crm.delivery.sendSoon(messageIds)
}
