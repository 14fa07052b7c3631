import {
  count,
  filledText,
  id,
  list,
  nullable,
  object,
  oneOf,
  same,
  text,
  timestamp,
  type ValueOf,
} from '../shape.ts'
import { message, pagination } from './models.ts'

export type Received = ValueOf<typeof received>

export const crmStatuses = ['new', 'reviewed', 'contacted', 'confirmed', 'completed'] as const
const crmStatus = oneOf(...crmStatuses)

const person = object({ id, email: filledText, name: text })
const personWithPhone = object({ id, email: filledText, name: text, phone: nullable(text) })
// Event types are not restricted: the CRM may have bookings of other systems that are neither session nor retreat.
const bookedEvent = object({ id, title: filledText, type: filledText })

export const notified = object({ message, notification_id: id, status: filledText })

const received = object({
  id,
  booking_id: id,
  user: personWithPhone,
  event: bookedEvent,
  facilitator_id: id,
  received_at: timestamp,
  status: filledText,
  crm_status: crmStatus,
})

export const receivedAnswer = object({ booking: received })
export const receivedPage = object({
  bookings: list(received),
  pagination,
  filters_applied: object({
    facilitator_id: nullable(id),
    event_id: nullable(id),
    user_id: nullable(id),
    status: nullable(text),
    crm_status: nullable(text),
  }),
  summary: object({ total_notifications: count, filtered_results: count }),
})

export const statusUpdated = object({
  message,
  booking_id: id,
  old_status: crmStatus,
  new_status: crmStatus,
  updated_at: timestamp,
})

export const facilitatorBookings = object({
  facilitator_id: id,
  bookings: list(
    object({
      id,
      booking_id: id,
      user: person,
      event: bookedEvent,
      received_at: timestamp,
      crm_status: crmStatus,
    }),
  ),
  statistics: object({
    total_bookings: count,
    session_bookings: count,
    retreat_bookings: count,
    recent_bookings: count,
    unique_users: count,
    unique_events: count,
  }),
  pagination,
})

export const dashboard = object({
  facilitator_id: id,
  summary: object({
    total_bookings: count,
    session_bookings: count,
    retreat_bookings: count,
    recent_bookings_count: count,
    unique_events: count,
    unique_users: count,
  }),
  popular_events: list(
    object({
      event_id: id,
      event_title: filledText,
      event_type: filledText,
      booking_count: count,
    }),
  ),
  recent_bookings: list(
    object({
      id,
      booking_id: id,
      user: person,
      event: object({ id, title: filledText }),
      received_at: timestamp,
    }),
  ),
  booking_trends: object({ sessions_vs_retreats: object({ sessions: count, retreats: count }) }),
  generated_at: timestamp,
})

export const crmHealthAnswer = object({
  status: oneOf('healthy'),
  service: same('CRM Notification Service'),
  port: id,
  timestamp,
  notifications_received: count,
  unique_facilitators: count,
  unique_events: count,
  endpoints: list(text),
})
