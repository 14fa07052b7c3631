import type { Selectable } from 'kysely'

export type FeedEventName = 'booking.received' | 'booking.cancelled' | 'booking.status_changed'

/** Kept by triggers, in the statement that makes it happen: see migration 004. */
export type FeedTable = {
  facilitator_id: number
  /** Without gaps, and visible in order. */
  position: number
  name: FeedEventName
  booking_id: number
  change_id: number | null
  happened_at: Date
}

export type FeedRow = Selectable<FeedTable>
