import type { Generated } from 'kysely'

export type OutboxTopic = 'booking.created' | 'booking.cancelled'

export type OutboxTable = {
  id: Generated<number>
  topic: OutboxTopic
  booking_id: number
  attempts: Generated<number>
  /** Also the lease: whoever is trying pushes it ahead, so that nobody else tries meanwhile. */
  next_attempt_at: Generated<Date>
  last_error: string | null
  request_id: string | null
  trace_parent: string | null
  created_at: Generated<Date>
}
