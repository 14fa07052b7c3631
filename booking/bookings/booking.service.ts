import type { Deps } from '#booking/deps.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { EventRow } from '#booking/events/event.table.ts'
import * as outboxStore from '#booking/notifications/outbox.store.ts'
import { deliverAtOnce } from '#booking/notifications/outbox-relay.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { badRequest, conflict, notFound } from '#shared/http/app-error.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { Booking, CancelledBooking, CreateBooking } from './booking.schema.ts'
import * as bookingStore from './booking.store.ts'

const eventNotActive = () =>
  badRequest('event_not_active', 'This event is not open for booking: choose another one.')
const eventStarted = () => badRequest('event_started', 'This event has already begun: choose a later one.')
const eventFull = () => conflict('event_full', 'This event is full: choose another one.')
const alreadyBooked = () => conflict('already_booked', 'You have already booked this event.')
const overlapping = () =>
  conflict(
    'overlapping_booking',
    'You have another booking at that time: cancel it first, or choose another event.',
  )
const alreadyCancelled = () => badRequest('already_cancelled', 'This booking is already cancelled.')
const tooLateToCancel = () =>
  badRequest('event_started', 'This event has already begun: it can no longer be cancelled.')

/**
 * Gives the caller a seat. The seat, the booking and the message to the CRM are one transaction; the CRM is
 * then told at once if it answers in time, and later otherwise. A CRM that is away never fails a booking.
 */
export async function book(
  deps: Deps,
  caller: UserRow,
  input: CreateBooking,
): Promise<{ booking: Booking; crm_notified: boolean }> {
  const now = deps.clock.now()
  const { bookingId, messageId } = await deps.db.transaction().execute(async (trx) => {
    const event = await eventStore.lock(trx, input.event_id)
    if (!event) throw notFound('event')
    refuseUnbookable(event, now)
    const inserted = await bookingStore.insert(trx, {
      user_id: caller.id,
      event,
      notes: input.notes?.trim() || null,
    })
    if (!inserted)
      throw (await bookingStore.hasActive(trx, caller.id, event.id)) ? alreadyBooked() : overlapping()
    if (event.current_participants >= event.max_participants) throw eventFull()
    await eventStore.addParticipants(trx, event.id, 1)
    const messageId = await outboxStore.add(trx, 'booking.created', inserted.id, now)
    return { bookingId: inserted.id, messageId }
  })
  const crm_notified = await deliverAtOnce(deps, messageId)
  return { booking: await getOwn(deps, caller, bookingId), crm_notified }
}

/** Frees the caller's seat and tells the CRM. Somebody else's booking is as unknown as one that does not exist. */
export async function cancel(deps: Deps, caller: UserRow, id: number): Promise<CancelledBooking> {
  const now = deps.clock.now()
  const { event } = await getOwn(deps, caller, id)
  const { cancelled, messageId } = await deps.db.transaction().execute(async (trx) => {
    const locked = await eventStore.lock(trx, event.id)
    const booking = await getOwn({ ...deps, db: trx }, caller, id)
    if (booking.status === 'CANCELLED') throw alreadyCancelled()
    if (!locked || locked.start_datetime <= now) throw tooLateToCancel()
    const cancelled = await bookingStore.cancel(trx, id, now)
    if (!cancelled) throw tooLateToCancel()
    await eventStore.addParticipants(trx, event.id, -1)
    return { cancelled, messageId: await outboxStore.add(trx, 'booking.cancelled', id, now) }
  })
  void deliverAtOnce(deps, messageId)
  return { ...cancelled, updated_at: toWireTime(cancelled.updated_at) }
}

export async function getOwn({ db }: Pick<Deps, 'db'>, caller: UserRow, id: number): Promise<Booking> {
  const booking = await bookingStore.findOwn(db, caller.id, id)
  if (!booking) throw notFound('booking')
  return booking
}

function refuseUnbookable({ status, start_datetime }: EventRow, now: Date): void {
  if (status !== 'ACTIVE') throw eventNotActive()
  if (start_datetime <= now) throw eventStarted()
}
