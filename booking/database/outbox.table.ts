import type { Generated } from 'kysely'

export type OutboxTopic = 'booking.created' | 'booking.cancelled'

export type OutboxTable = {
  id: Generated<number>
  topic: OutboxTopic
  booking_id: number
  attempts: Generated<number>
  /** Also the lease: a worker moves it forward before an attempt, so that no other worker takes the row. */
  next_attempt_at: Generated<Date>
  last_error: string | null
  request_id: string | null
  trace_parent: string | null
  created_at: Generated<Date>
}
