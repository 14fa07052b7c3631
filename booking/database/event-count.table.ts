import type { EventStatus, EventType } from './event.table.ts'

/**
 * How many events begin in a day or a month, both in UTC. Kept by the triggers `events_inserted`, `events_deleted` and
 * `events_moved`; no code writes it.
 */
export type EventCountTable = {
  unit: 'day' | 'month'
  status: EventStatus
  starts_on: string
  event_type: EventType
  count: number
}

/** How many of a facilitator's events begin in a month, in UTC. Kept by the same triggers. */
export type FacilitatorEventCountTable = Omit<EventCountTable, 'unit'> & { facilitator_id: number }
