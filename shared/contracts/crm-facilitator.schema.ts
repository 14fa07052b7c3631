import Type, { type Static } from 'typebox'
import { FormatQuery } from '#shared/http/responses/send-table.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, WireTime } from '#shared/http/schemas/schemas.ts'
import { CRM_STATUSES, SearchFilters, StatusFilters } from './crm-notification.schema.ts'

export const EVENT_TYPES = ['session', 'retreat'] as const

const Person = Type.Object({ id: Id, email: Type.String(), name: Type.String() })

export const FacilitatorBooking = Type.Object(
  {
    id: Id,
    booking_id: Id,
    user: Person,
    event: Type.Object({ id: Id, title: Type.String(), type: Type.String() }),
    received_at: WireTime,
    crm_status: Type.Enum([...CRM_STATUSES]),
  },
  { title: 'FacilitatorBooking' },
)
export type FacilitatorBooking = Static<typeof FacilitatorBooking>

export const RecentBooking = Type.Object(
  {
    id: Id,
    booking_id: Id,
    user: Person,
    event: Type.Object({ id: Id, title: Type.String() }),
    received_at: WireTime,
  },
  { title: 'RecentBooking' },
)
export type RecentBooking = Static<typeof RecentBooking>

export const PopularEvent = Type.Object(
  {
    event_id: Id,
    event_title: Type.String(),
    event_type: Type.String(),
    booking_count: Type.Integer(),
  },
  { title: 'PopularEvent' },
)
export type PopularEvent = Static<typeof PopularEvent>

export const DailyBookings = Type.Object(
  {
    date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2026-01-15'] }),
    bookings: Type.Integer({ description: 'Notifications received on that day.' }),
    sessions: Type.Integer(),
    retreats: Type.Integer(),
    cancellations: Type.Integer({ description: 'Cancelled on that day, whenever they were booked.' }),
  },
  { title: 'DailyBookings' },
)
export type DailyBookings = Static<typeof DailyBookings>

export const FacilitatorStatistics = Type.Object(
  {
    total_bookings: Type.Integer(),
    session_bookings: Type.Integer(),
    retreat_bookings: Type.Integer(),
    recent_bookings: Type.Integer({ description: 'Received in the last seven days.' }),
    unique_users: Type.Integer(),
    unique_events: Type.Integer(),
  },
  { title: 'FacilitatorStatistics' },
)
export type FacilitatorStatistics = Static<typeof FacilitatorStatistics>

export const FacilitatorBookingsQuery = Type.Object({
  ...PageQuery,
  event_type: Type.Optional(Type.String({ description: '`session` or `retreat`, in any case.' })),
  ...StatusFilters,
  ...SearchFilters,
  ...FormatQuery,
})
export type FacilitatorBookingsQuery = Static<typeof FacilitatorBookingsQuery>

export const FacilitatorBookings = Type.Object({
  facilitator_id: Id,
  bookings: Type.Array(FacilitatorBooking),
  statistics: FacilitatorStatistics,
  pagination: Pagination,
})

export const Dashboard = Type.Object({
  facilitator_id: Id,
  summary: Type.Object({
    total_bookings: Type.Integer(),
    session_bookings: Type.Integer(),
    retreat_bookings: Type.Integer(),
    recent_bookings_count: Type.Integer({ description: 'Received in the last seven days.' }),
    unique_events: Type.Integer(),
    unique_users: Type.Integer(),
  }),
  popular_events: Type.Array(PopularEvent, { description: 'The five with the most bookings.' }),
  recent_bookings: Type.Array(RecentBooking, { description: 'The ten newest of the last seven days.' }),
  booking_trends: Type.Object({
    sessions_vs_retreats: Type.Object({ sessions: Type.Integer(), retreats: Type.Integer() }),
    daily: Type.Array(DailyBookings, { description: 'The last thirty days (UTC), the oldest first.' }),
  }),
  generated_at: WireTime,
})
export type Dashboard = Static<typeof Dashboard>
