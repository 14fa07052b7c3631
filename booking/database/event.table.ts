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
  /** The number of bookings that hold a seat; a check constraint keeps it within 0..max_participants. */
  current_participants: Generated<number>
  price: Generated<number>
  status: Generated<EventStatus>
  requirements: string | null
  /** The organiser's text; null unless the event was cancelled with one. */
  cancellation_reason: string | null
  /** IANA name of the event's local time zone, for display and recurrence; stored times are instants. */
  timezone: Generated<string>
  /** Attendees may cancel until this many hours before the start. */
  cancellation_deadline_hours: Generated<number>
  /** When its times, its place or the hours for cancelling last changed; null when never. */
  terms_changed_at: Generated<Date | null>
  series_id: number | null
  /** The event that this one is part of, which is never part of another itself (decision 0052). */
  parent_event_id: number | null
  /** SEQUENCE of RFC 5545: raised by changes that calendar programs must pick up. */
  sequence: Generated<number>
  /** Raised by every change of the row, so that caches can tell the newer of two copies. */
  revision: Generated<number>
  /** Folded title, description, place and name of who leads it; kept by triggers on events and facilitators. */
  search_text: Generated<string>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export type EventRow = Selectable<EventTable>
export type NewEvent = Insertable<EventTable>
