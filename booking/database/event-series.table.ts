import type { Generated } from 'kysely'

/** What the occurrences of a series have in common; each is an event of its own. */
export type EventSeriesTable = {
  id: Generated<number>
  facilitator_id: number
  /** As RFC 5545 writes an RRULE. */
  recurrence: string
  timezone: string
  created_at: Generated<Date>
}
