import type { Selectable } from 'kysely'

export type FeedEventName = 'booking.received' | 'booking.cancelled' | 'booking.status_changed'

/**
 * Written by the triggers `tell_received` and `tell_cancelled` of `notifications` and `tell_status_changed` of
 * `crm_status_changes`, in the statement that makes it happen (decision 0021).
 */
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
