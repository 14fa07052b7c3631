import type { Generated } from 'kysely'
import type { WaitlistStatus } from './waitlist.schema.ts'

export type WaitlistTable = {
  /** Also the order of the line. */
  id: Generated<number>
  event_id: number
  user_id: number
  /** Become the notes of the booking. */
  notes: string | null
  status: Generated<WaitlistStatus>
  booking_id: number | null
  joined_at: Date
  ended_at: Date | null
}
