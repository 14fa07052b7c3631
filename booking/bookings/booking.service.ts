import { toBookingNotification } from '#booking/crm-link/outbox/booking-notification.ts'
import type { Delivery } from '#booking/crm-link/outbox/delivery.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import { type Answer, hashOf, type IdempotencyDeps, once } from '#booking/idempotency/idempotency.service.ts'
import type { Origin } from '#booking/identity/login/auth.service.ts'
import type { Admission } from '#booking/identity/sessions/sessions.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { notFound } from '#shared/errors/app-error.ts'
import { currentCause } from '#shared/telemetry/request-context.ts'
import type { Booking, CreateBooking } from './booking.schema.ts'
import * as bookingStore from './booking.store.ts'
import { REFUSALS, type Refusal } from './refusals.ts'
import type { SeatQueue } from './seat-queue.ts'

export type BookingDeps = IdempotencyDeps & {
  db: Db
  metrics: BookingMetrics
  crm: { delivery: Delivery }
  limits: { rates: Rates }
  queues: { seats: SeatQueue }
  caches: { events: EventCache }
}

export type BookingMetrics = {
  /** Counts one attempt to book by its outcome. */
  booking(outcome: 'booked' | Refusal | 'unavailable'): void
}

export type Booked = { message: string; booking: Booking; crm_notified: boolean }

/**
 * Books a seat for the caller. Seat, booking and outbox message are one transaction. The notification is then sent;
 * `crm_notified` says whether the CRM acknowledged it in time, otherwise it is delivered later (contract). Throws the
 * refusals of `refusals.ts`, 429 beyond the rate limit, and 503 under overload; never because the CRM is unavailable.
 */
export async function book(
  deps: BookingDeps,
  { session, ip }: Admission & Origin,
  input: CreateBooking,
  key?: string,
): Promise<Booked> {
  const notes = input.notes?.trim() || null
  const { userId: user_id, id: session_id, version: session_version } = session
  const requester = { user_id, session_id, session_version }
  const request = { ...requester, event_id: input.event_id, notes, idempotency_key: key ?? null }
  const giveBack = deps.limits.rates.booking(user_id, ip)
  const outcome = await deps.queues.seats.request(request).catch((error: unknown) => {
    giveBack()
    deps.metrics.booking('unavailable')
    throw error
  })
  deps.metrics.booking(outcome.kind === 'refused' ? outcome.reason : 'booked')
  if (outcome.kind === 'refused') {
    giveBack()
    throw REFUSALS[outcome.reason]()
  }
  const { booking_id, booked_at, message_id, event } = outcome
  // The user as read under the lock: the cached one of the request may be outdated.
  const user = { ...outcome.user, id: user_id }
  deps.caches.events.setSeats(event)
  const booking = { id: booking_id, booking_date: booked_at, notes }
  const notification = toBookingNotification({ topic: 'booking.created', booking, user, event })
  const crm_notified = await deps.crm.delivery.sendNow({
    id: message_id,
    booking_id,
    attempts: 0,
    created_at: booked_at,
    cause: currentCause(),
    notification,
  })
  return {
    message: BOOKED,
    booking: bookingStore.toBooking(
      {
        ...booking,
        ...user,
        id: booking_id,
        user_id,
        event_id: event.id,
        event_title: event.title,
        event_type: event.event_type,
        event_start: event.start_datetime,
        cancellation_deadline_hours: event.cancellation_deadline_hours,
        booked_deadline_hours: event.cancellation_deadline_hours,
        price: event.price,
        booked_price: event.price,
        terms_changed_at: null,
        promoted_at: null,
        status: 'CONFIRMED',
        payment_status: 'pending',
        created_at: booked_at,
      },
      booked_at,
    ),
    crm_notified,
  }
}

/** `book`, at most once per idempotency key. Throws 409 and 422 as `once` does. */
export async function bookOnce(
  deps: BookingDeps,
  admission: Admission & Origin,
  input: CreateBooking,
  key: string,
): Promise<Answer<Booked>> {
  const { caller, session } = admission
  const body_hash = hashOf([input.event_id, input.notes?.trim() || null])
  return once(deps, { user_id: caller.id, key, body_hash }, session, {
    run: () => book(deps, admission, input, key),
    async recover(id) {
      const crm_notified = await bookingStore.isAcknowledgedByCrm(deps.db, id)
      return { message: BOOKED, booking: await getOwn(deps, caller, id), crm_notified }
    },
  })
}

/** Throws 404 for a booking of somebody else, too. */
export async function getOwn({ db, clock }: BookingDeps, caller: UserRow, id: number): Promise<Booking> {
  const booking = await bookingStore.findOwn(db, { user_id: caller.id, id, now: clock.now() })
  if (!booking) throw notFound('booking')
  return booking
}

const BOOKED = 'Booking created successfully'
