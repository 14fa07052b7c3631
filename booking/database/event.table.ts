import type { Generated, Insertable, Selectable } from 'kysely'

export const EVENT_TYPES = ['SESSION', 'RETREAT'] as const
export type EventType = (typeof EVENT_TYPES)[number]
export const EVENT_STATUSES = ['ACTIVE', 'CANCELLED', 'COMPLETED'] as const
export type EventStatus = (typeof EVENT_STATUSES)[number]

export type EventTable = {
  id: Generated<number>
  title: string
  description: string | null
  event_type: EventType
  facilitator_id: number
  start_datetime: Date
  end_datetime: Date
  location: string | null
  virtual_link: string | null
  max_participants: number
  /** Equals the number of bookings that hold a seat; the database keeps it within 0..max_participants. */
  current_participants: Generated<number>
  price: Generated<number>
  status: Generated<EventStatus>
  requirements: string | null
  /** In the organiser's words; null while the event is not cancelled, and when they gave none. */
  cancellation_reason: string | null
  /** IANA name of the zone the event is at home in. Times are instants whatever it says. */
  timezone: Generated<string>
  /** An attendee may cancel until so many hours before the start. */
  cancellation_deadline_hours: Generated<number>
  series_id: number | null
  /** Raised by changes that calendars have to hear of. */
  sequence: Generated<number>
  /** Raised by every change of the row. */
  revision: Generated<number>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export type EventRow = Selectable<EventTable>
export type NewEvent = Insertable<EventTable>
