import type { Selectable } from 'kysely'

export type IdempotencyKeyTable = {
  user_id: number
  /** As the client chose it; keys are per user. */
  key: string
  body_hash: string
  /** Noted by the booking's own transaction. */
  booking_id: number | null
  /** HTTP status and JSON body of the first answer; null while the first request is under way. */
  status: number | null
  answer: string | null
  claimed_at: Date
}

export type IdempotencyKeyRow = Selectable<IdempotencyKeyTable>
