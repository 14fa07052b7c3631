import { sessionOver } from '#booking/identity/sessions/sessions.ts'
import { badRequest, conflict, notFound } from '#shared/errors/app-error.ts'

/**
 * The reasons for refusing a seat or a place on the waiting list, each with its error. The statements in `seat.store.ts`
 * and `waitlist/join.store.ts` return a reason; metrics and responses follow from this table.
 */
export const REFUSALS = {
  not_admitted: sessionOver,
  unknown_event: () => notFound('event'),
  not_active: () => badRequest('event_not_active', 'This event is not open for booking: choose another one.'),
  started: () => badRequest('event_started', 'This event has already begun: choose a later one.'),
  already_booked: () => conflict('already_booked', 'You have already booked this event.'),
  overlapping: () =>
    conflict(
      'overlapping_booking',
      'You have another booking at that time: cancel it first, or choose another event.',
    ),
  too_many_ahead: () =>
    conflict(
      'too_many_ahead',
      'You have as many bookings and places on waiting lists ahead of you as one account may have: cancel one, or wait until one is over.',
    ),
  full: () => conflict('event_full', 'This event is full: choose another one.'),
  already_waiting: () => conflict('already_waiting', 'You are already on the waiting list of this event.'),
  not_full: () => conflict('event_not_full', 'This event has free seats: book it instead.'),
}

/** Reasons that refuse a seat. */
export type Refusal = Exclude<keyof typeof REFUSALS, 'already_waiting' | 'not_full'>
/** Reasons that refuse a place on the waiting list. */
export type JoinRefusal = Exclude<keyof typeof REFUSALS, 'full'>

const isOfSeats = (reason: string): reason is Refusal => !['already_waiting', 'not_full'].includes(reason)
export const SEAT_REFUSALS: Refusal[] = Object.keys(REFUSALS).filter(isOfSeats)
