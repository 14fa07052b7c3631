import type { OutboxTopic } from '#booking/database/outbox.table.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { fullName } from '#shared/lib/full-name.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

type Source = {
  topic: OutboxTopic
  booking: { id: number; booking_date: Date; notes: string | null }
  user: { id: number; email: string; first_name: string; last_name: string; phone: string | null }
  event: {
    id: number
    title: string
    event_type: string
    start_datetime: Date
    location: string | null
    timezone: string
    facilitator_id: number
  }
}

/** Returns the notification of a booking in the form of the contract. */
export function toBookingNotification({ topic, booking, user, event }: Source): BookingNotification {
  return {
    booking_id: booking.id,
    user: {
      id: user.id,
      email: user.email,
      name: fullName(user),
      phone: user.phone,
    },
    event: {
      id: event.id,
      title: event.title,
      type: event.event_type.toLowerCase(),
      start_datetime: toWireTime(event.start_datetime),
      location: event.location,
      timezone: event.timezone,
    },
    facilitator_id: event.facilitator_id,
    booking_date: toWireTime(booking.booking_date),
    notes: booking.notes,
    ...(topic === 'booking.cancelled' && { status: 'cancelled' }),
  }
}
