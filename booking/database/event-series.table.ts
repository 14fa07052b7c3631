import type { Generated } from 'kysely'

/** What the occurrences of a series share; each occurrence is a row of `events`. */
export type EventSeriesTable = {
  id: Generated<number>
  facilitator_id: number
  /** An RRULE of RFC 5545. */
  recurrence: string
  timezone: string
  created_at: Generated<Date>
}
