import type { Booking, Event } from './models.ts'

export function eventJson(event: Event) {
  const {
    facilitator,
    facilitator_id: _,
    start_datetime,
    end_datetime,
    created_at,
    ...columns
  } = event.get({
    plain: true,
  }) as Event
  const available_spots = event.max_participants - event.current_participants
  return {
    ...columns,
    facilitator: facilitator && {
      id: facilitator.id,
      name: `${facilitator.first_name} ${facilitator.last_name}`,
      bio: facilitator.bio,
    },
    start_datetime: wireTime(start_datetime),
    end_datetime: wireTime(end_datetime),
    created_at: wireTime(created_at),
    price: Number(event.price),
    available_spots,
    is_full: available_spots <= 0,
  }
}

export function bookingJson(booking: Booking) {
  const { user, event } = booking
  const { id, email, first_name, last_name } = user
  return {
    id: booking.id,
    user: { id, email, first_name, last_name },
    event: {
      id: event.id,
      title: event.title,
      event_type: event.event_type,
      start_datetime: wireTime(event.start_datetime),
    },
    booking_date: wireTime(booking.booking_date),
    status: booking.status,
    notes: booking.notes,
    payment_status: booking.payment_status,
    created_at: wireTime(booking.created_at),
  }
}

export function notificationJson({ id: booking_id, user, event, booking_date, notes }: Booking) {
  const { id, email, first_name, last_name, phone } = user
  return {
    booking_id,
    user: { id, email, name: `${first_name} ${last_name}`, phone },
    event: {
      id: event.id,
      title: event.title,
      type: event.event_type.toLowerCase(),
      start_datetime: wireTime(event.start_datetime),
      location: event.location,
    },
    facilitator_id: event.facilitator_id,
    booking_date: wireTime(booking_date),
    notes,
  }
}

export function pagination(page: number, per_page: number, total: number) {
  const pages = Math.ceil(total / per_page)
  return { page, pages, per_page, total, has_next: page < pages, has_prev: page > 1 }
}

const wireTime = (at: Date): string => at.toISOString().slice(0, 19)
