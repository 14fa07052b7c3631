import type { Generated } from 'kysely'

export type CrmErasureTable = {
  user_id: number
  requested_at: Date
  attempts: Generated<number>
  /** Also the lease: a worker moves it forward before an attempt, so that no other worker takes the row. */
  next_attempt_at: Date
  last_error: string | null
  acknowledged_at: Generated<Date | null>
  /** When the erasure was last sent again after its acknowledgement. */
  checked_at: Generated<Date | null>
}
