import type { EventStatus, EventType } from './event.table.ts'

/**
 * How many events begin in a UTC day or month. Written only by the triggers `events_inserted`, `events_deleted` and
 * `events_moved`.
 */
export type EventCountTable = {
  unit: 'day' | 'month'
  status: EventStatus
  starts_on: string
  event_type: EventType
  count: number
}

/** How many of a facilitator's events begin in a UTC month. Written by the same triggers. */
export type FacilitatorEventCountTable = Omit<EventCountTable, 'unit'> & { facilitator_id: number }
