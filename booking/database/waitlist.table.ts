import type { Generated } from 'kysely'

export const WAITLIST_STATUSES = ['waiting', 'promoted', 'left', 'closed'] as const
export type WaitlistStatus = (typeof WAITLIST_STATUSES)[number]

export type WaitlistTable = {
  /** Also the order of the waiting list. */
  id: Generated<number>
  event_id: number
  user_id: number
  /** Copied to the booking on promotion. */
  notes: string | null
  status: Generated<WaitlistStatus>
  booking_id: number | null
  joined_at: Date
  ended_at: Date | null
}
