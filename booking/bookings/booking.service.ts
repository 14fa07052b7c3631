import type { IdempotencyDeps } from '#booking/bookings/idempotency/idempotency.service.ts'
import { toBookingNotification } from '#booking/crm-link/outbox/booking-notification.ts'
import type { Delivery } from '#booking/crm-link/outbox/delivery.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import type { Origin } from '#booking/identity/login/auth.service.ts'
import type { Admission } from '#booking/identity/sessions/sessions.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { notFound } from '#shared/errors/app-error.ts'
import { currentCause } from '#shared/telemetry/request-context.ts'
import type { Booking, CreateBooking } from './booking.schema.ts'
import * as bookingStore from './booking.store.ts'
import { type Answer, hashOf, once } from './idempotency/idempotency.service.ts'
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
  /** One attempt to book, by how it ended: `booked`, or why it was refused. */
  booking(outcome: 'booked' | Refusal | 'unavailable'): void
}

export type Booked = { message: string; booking: Booking; crm_notified: boolean }

/**
 * Gives the caller a seat. The seat, the booking and the message to the CRM are one transaction; the CRM is
 * then told at once if it answers in time, and later otherwise. A CRM that is away never fails a booking.
 */
export async function book(
  deps: BookingDeps,
  { session, ip }: Admission & Origin,
  input: CreateBooking,
  key?: string,
): Promise<Booked> {
  const notes = input.notes?.trim() || null
  const { userId: user_id, id: session_id, version: session_version } = session
  const asked = { user_id, session_id, session_version }
  const wish = { ...asked, event_id: input.event_id, notes, idempotency_key: key ?? null }
  const giveBack = deps.limits.rates.booking(user_id, ip)
  const outcome = await deps.queues.seats.request(wish).catch((error: unknown) => {
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
  // Who they are says the row that was held, not what was known of them when the request began.
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
    booking: bookingStore.toBooking({
      ...booking,
      ...user,
      id: booking_id,
      user_id,
      event_id: event.id,
      event_title: event.title,
      event_type: event.event_type,
      event_start: event.start_datetime,
      status: 'CONFIRMED',
      payment_status: 'pending',
      created_at: booked_at,
    }),
    crm_notified,
  }
}

/** The same, at most once for a key, however often the client asks. */
export async function bookOnce(
  deps: BookingDeps,
  asker: Admission & Origin,
  input: CreateBooking,
  key: string,
): Promise<Answer> {
  const { caller, session } = asker
  const body_hash = hashOf([input.event_id, input.notes?.trim() || null])
  return once(deps, { user_id: caller.id, key, body_hash }, session, {
    run: () => book(deps, asker, input, key),
    async recover(id) {
      const crm_notified = await bookingStore.isKnownToCrm(deps.db, id)
      return { message: BOOKED, booking: await getOwn(deps, caller, id), crm_notified }
    },
  })
}

export async function getOwn({ db }: BookingDeps, caller: UserRow, id: number): Promise<Booking> {
  const booking = await bookingStore.findOwn(db, caller.id, id)
  if (!booking) throw notFound('booking')
  return booking
}

const BOOKED = 'Booking created successfully'
