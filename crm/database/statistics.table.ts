/** Kept by triggers, in the statement that writes: see migration 003. Nothing else changes a figure. */
export type FacilitatorStatisticsTable = {
  facilitator_id: number
  bookings: number
  sessions: number
  retreats: number
  unique_users: number
  unique_events: number
  /** Up to where the facilitator's feed goes. */
  feed_position: number
}

export type FacilitatorEventTable = {
  facilitator_id: number
  event_id: number
  bookings: number
  last_id: number
}

export type FacilitatorDayTable = {
  facilitator_id: number
  day: string
  bookings: number
  sessions: number
  retreats: number
  cancellations: number
}

export type NotificationCountTable = {
  /** 0: all facilitators. */
  facilitator_id: number
  /** In lower case, like the status. */
  event_type: string
  status: string
  crm_status: string
  notifications: number
}

export type TotalsTable = { notifications: number; facilitators: number; events: number }
