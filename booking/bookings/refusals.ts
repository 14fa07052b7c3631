import { sessionOver } from '#booking/identity/sessions/sessions.ts'
import { badRequest, conflict, notFound } from '#shared/errors/app-error.ts'

/**
 * Why a seat, or a place on the waiting list, is refused, and what is answered. The statements in `seat.store.ts` and
 * `waitlist/join.store.ts` find the reason; figures and answers follow from this table.
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

/** Why a seat is refused: never because of the waiting list. */
export type Refusal = Exclude<keyof typeof REFUSALS, 'already_waiting' | 'not_full'>
/** Why a place on the waiting list is refused: never because the event is full. */
export type JoinRefusal = Exclude<keyof typeof REFUSALS, 'full'>

const isOfSeats = (reason: string): reason is Refusal => !['already_waiting', 'not_full'].includes(reason)
export const SEAT_REFUSALS: Refusal[] = Object.keys(REFUSALS).filter(isOfSeats)
