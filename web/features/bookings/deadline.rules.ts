import type { Booking, Event } from '#web/lib/api/contract.ts'
import { longDay, timeOfDay, type Zoned } from '#web/lib/format.ts'
import { clockOf, deadlineOf } from '#web/lib/time/event-time.rules.ts'
import { fromWire } from '#web/lib/wire-time.ts'

type Placed = Pick<Event, 'start_datetime' | 'timezone' | 'location'>
type Cancellable = Pick<Booking, 'cancellable_until'>

/** Until when the attendee can cancel the booking, as the API says; undefined when that is over. */
export function cancellableUntil({ cancellable_until }: Cancellable, now: Date): Date | undefined {
  const until = cancellable_until ? fromWire(cancellable_until) : undefined
  return until && until > now ? until : undefined
}

/** Until when a booking can be cancelled, as a sentence. */
export function bookingPolicyInWords(booking: Cancellable, event: Placed, now: Date): string {
  const until = cancellableUntil(booking, now)
  return until ? untilInWords(until, event, now) : TOO_LATE
}

export const TOO_LATE =
  'You can no longer cancel this booking. If you cannot come, say so in your note for the facilitator.'

/** The same of a booking that would be made now. */
export function policyInWords(event: Placed & Pick<Event, 'cancellation_deadline_hours'>, now: Date): string {
  const deadline = deadlineOf(event)
  return deadline > now
    ? untilInWords(deadline, event, now)
    : `If you book now, you cannot cancel: that was possible until ${momentInWords(deadline, now, clockOf(event))}.`
}

const untilInWords = (until: Date, event: Placed, now: Date) =>
  until >= fromWire(event.start_datetime)
    ? 'You can cancel until it begins.'
    : `You can cancel until ${momentInWords(until, now, clockOf(event))}.`

const momentInWords = (at: Date, now: Date, zoned: Zoned) =>
  `${longDay(at, now, zoned)}, ${timeOfDay(at, zoned)}`
