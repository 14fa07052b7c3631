import type { BookingStatus } from '#booking/database/booking.table.ts'

export type CancellationFacts = {
  status: BookingStatus
  start_datetime: Date
  cancellation_deadline_hours: number
  /** When the booking came from the waiting list; null when it was made by its attendee. */
  promoted_at: Date | null
}

type Event = Pick<CancellationFacts, 'start_datetime' | 'cancellation_deadline_hours'>

/** Until when attendees may cancel what they have booked themselves. */
export function deadlineOf({ start_datetime, cancellation_deadline_hours }: Event): Date {
  return new Date(start_datetime.getTime() - cancellation_deadline_hours * 3_600_000)
}

/**
 * Until when the attendee can cancel the booking; undefined when that is over, or the booking holds no seat. Somebody promoted
 * after the deadline did not choose that moment and may cancel until the start (decision 0014).
 */
export function cancellableUntil(booking: CancellationFacts, now: Date): Date | undefined {
  const { status, start_datetime, promoted_at } = booking
  const deadline = deadlineOf(booking)
  const until = promoted_at !== null && promoted_at >= deadline ? start_datetime : deadline
  return (status === 'PENDING' || status === 'CONFIRMED') && until > now ? until : undefined
}
