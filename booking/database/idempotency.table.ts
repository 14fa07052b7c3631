import type { Selectable } from 'kysely'

export type IdempotencyKeyTable = {
  user_id: number
  /** Chosen by the client, unique per user. */
  key: string
  body_hash: string
  /** Written by the booking's own transaction, so that a crash before the answer is stored can be recovered. */
  booking_id: number | null
  /** HTTP status and JSON body of the first answer; null while the first request is running. */
  status: number | null
  answer: string | null
  claimed_at: Date
}

export type IdempotencyKeyRow = Selectable<IdempotencyKeyTable>
