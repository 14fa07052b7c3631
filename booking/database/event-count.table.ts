import type { EventStatus, EventType } from './event.table.ts'

/** How many events begin in a day or a month, both in UTC. Triggers keep it; nothing else writes it. */
export type EventCountTable = {
  unit: 'day' | 'month'
  status: EventStatus
  starts_on: string
  event_type: EventType
  count: number
}

/** How many of a facilitator's events begin in a month, in UTC. Kept like the others. */
export type FacilitatorEventCountTable = Omit<EventCountTable, 'unit'> & { facilitator_id: number }
