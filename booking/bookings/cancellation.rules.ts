import type { BookingStatus } from '#booking/database/booking.table.ts'

export type CancellationFacts = {
  status: BookingStatus
  start_datetime: Date
  cancellation_deadline_hours: number
  /** What the former was when the booking was made; null for bookings before that was kept. */
  booked_deadline_hours: number | null
  /** When the booking was made, and when the terms of the event last changed. */
  created_at: Date
  terms_changed_at: Date | null
  /** When the booking came from the waiting list; null when it was made by its attendee. */
  promoted_at: Date | null
}

type Terms = Pick<
  CancellationFacts,
  'start_datetime' | 'cancellation_deadline_hours' | 'booked_deadline_hours'
>

/**
 * Until when attendees may cancel what they have booked themselves: by the hours that held when they booked, or by the event's if
 * these are fewer now (decision 0061).
 */
export function deadlineOf(booking: Terms): Date {
  const { start_datetime, cancellation_deadline_hours: now, booked_deadline_hours: then } = booking
  return new Date(start_datetime.getTime() - Math.min(now, then ?? now) * 3_600_000)
}

/**
 * Until when the attendee can cancel the booking; undefined when that is over, or the booking holds no seat. Somebody promoted
 * after the deadline, or whose event was changed after it, did not choose that and may cancel until the start (decisions 0014 and
 * 0061).
 */
export function cancellableUntil(booking: CancellationFacts, now: Date): Date | undefined {
  const { status, start_datetime, created_at, promoted_at, terms_changed_at } = booking
  const deadline = deadlineOf(booking)
  const isLate = (at: Date | null) => at !== null && at >= deadline
  const isChanged = terms_changed_at !== null && terms_changed_at > created_at
  const until = isLate(promoted_at) || (isChanged && isLate(terms_changed_at)) ? start_datetime : deadline
  return (status === 'PENDING' || status === 'CONFIRMED') && until > now ? until : undefined
}
