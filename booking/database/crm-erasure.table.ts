import type { Generated } from 'kysely'

export type CrmErasureTable = {
  user_id: number
  requested_at: Date
  attempts: Generated<number>
  /** Also the lease: whoever is trying pushes it ahead, so that nobody else tries meanwhile. */
  next_attempt_at: Date
  last_error: string | null
  acknowledged_at: Generated<Date | null>
  /** When it was told once more. */
  checked_at: Generated<Date | null>
}
