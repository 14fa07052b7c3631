import type { Booking, Event } from './models.ts'

export function eventJson(event: Event) {
  const available = event.max_participants - event.current_participants
  const { facilitator } = event
  return {
    id: event.id,
    title: event.title,
    description: event.description,
    event_type: event.event_type,
    facilitator: facilitator && {
      id: facilitator.id,
      name: `${facilitator.first_name} ${facilitator.last_name}`,
      bio: facilitator.bio,
    },
    start_datetime: wireTime(event.start_datetime),
    end_datetime: wireTime(event.end_datetime),
    location: event.location,
    virtual_link: event.virtual_link,
    max_participants: event.max_participants,
    current_participants: event.current_participants,
    available_spots: available,
    price: Number(event.price),
    status: event.status,
    requirements: event.requirements,
    is_full: available <= 0,
    created_at: wireTime(event.created_at),
  }
}

export function bookingJson(booking: Booking) {
  const { user, event } = booking
  return {
    id: booking.id,
    user: user && {
      id: user.id,
      email: user.email,
      first_name: user.first_name,
      last_name: user.last_name,
    },
    event: event && {
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

export function notificationJson(booking: Booking) {
  const { user, event } = booking
  return {
    booking_id: booking.id,
    user: user && {
      id: user.id,
      email: user.email,
      name: `${user.first_name} ${user.last_name}`,
      phone: user.phone,
    },
    event: event && {
      id: event.id,
      title: event.title,
      type: event.event_type.toLowerCase(),
      start_datetime: wireTime(event.start_datetime),
      location: event.location,
    },
    facilitator_id: event?.facilitator_id,
    booking_date: wireTime(booking.booking_date),
    notes: booking.notes,
  }
}

export function pagination(page: number, per_page: number, total: number) {
  const pages = Math.ceil(total / per_page)
  return { page, pages, per_page, total, has_next: page < pages, has_prev: page > 1 }
}

const wireTime = (at: Date): string => at.toISOString().slice(0, 19)
