import type { Generated, Insertable, Selectable } from 'kysely'
import type { EventStatus, EventType } from './event.schema.ts'

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
  /** Raised by every change of the row. */
  revision: Generated<number>
  created_at: Generated<Date>
  updated_at: Generated<Date>
}

export type EventRow = Selectable<EventTable>
export type NewEvent = Insertable<EventTable>
