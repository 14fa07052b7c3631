/**
 * The counts of all tables here are kept by the triggers `count_new`, `count_changed`, `count_removed` and `count_emptied` of
 * `notifications`, in the statement that writes (decision 0020); no code changes one.
 */
export type FacilitatorStatisticsTable = {
  facilitator_id: number
  bookings: number
  sessions: number
  retreats: number
  unique_users: number
  unique_events: number
  /** The position of the newest entry of the feed, raised by its triggers. */
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
