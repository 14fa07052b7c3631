import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'

let bookings = 0

/** The contract's example, about another booking each time. */
export function aNotification(overrides: Partial<BookingNotification> = {}): BookingNotification {
  return {
    booking_id: ++bookings,
    user: { id: 1, email: 'user@example.com', name: 'John Doe', phone: '+1234567890' },
    event: {
      id: 1,
      title: 'Morning Meditation Session',
      type: 'session',
      start_datetime: '2024-01-15T07:00:00',
      location: 'Wellness Center',
    },
    facilitator_id: 1,
    booking_date: '2024-01-01T12:00:00',
    notes: 'Looking forward to this session',
    ...overrides,
  }
}
