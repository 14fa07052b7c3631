import Type, { type Static } from 'typebox'
import { Pagination } from '#shared/http/pagination.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas.ts'

/** What the Main API reads of the CRM, in the published form and as far as it passes it on. */

export const CRM_STATUSES = ['new', 'reviewed', 'contacted', 'confirmed', 'completed'] as const
export const CRM_EVENT_TYPES = ['session', 'retreat'] as const

const crmStatus = Type.Enum([...CRM_STATUSES])
const Person = Type.Object({ id: Id, email: Type.String(), name: Type.String() })
const Event = Type.Object({ id: Id, title: Type.String(), type: Type.String() })

const CrmBooking = Type.Object(
  {
    id: Id,
    booking_id: Id,
    user: Type.Object({ ...Person.properties, phone: Nullable(Type.String()) }),
    event: Event,
    facilitator_id: Id,
    received_at: WireTime,
    status: Type.String({ description: '`received`, or `cancelled` once the booking was cancelled.' }),
    crm_status: crmStatus,
  },
  { title: 'CrmBooking' },
)
export const OneCrmBooking = Type.Object({ booking: CrmBooking })

export const CrmBookingPage = Type.Object({
  facilitator_id: Id,
  bookings: Type.Array(
    Type.Object(
      { id: Id, booking_id: Id, user: Person, event: Event, received_at: WireTime, crm_status: crmStatus },
      { title: 'CrmFacilitatorBooking' },
    ),
  ),
  statistics: Type.Object({
    total_bookings: Type.Integer(),
    session_bookings: Type.Integer(),
    retreat_bookings: Type.Integer(),
    recent_bookings: Type.Integer({ description: 'Received in the last seven days.' }),
    unique_users: Type.Integer(),
    unique_events: Type.Integer(),
  }),
  pagination: Pagination,
})

export const CrmDashboard = Type.Object({
  facilitator_id: Id,
  summary: Type.Object({
    total_bookings: Type.Integer(),
    session_bookings: Type.Integer(),
    retreat_bookings: Type.Integer(),
    recent_bookings_count: Type.Integer({ description: 'Received in the last seven days.' }),
    unique_events: Type.Integer(),
    unique_users: Type.Integer(),
  }),
  popular_events: Type.Array(
    Type.Object({
      event_id: Id,
      event_title: Type.String(),
      event_type: Type.String(),
      booking_count: Type.Integer(),
    }),
  ),
  recent_bookings: Type.Array(
    Type.Object({
      id: Id,
      booking_id: Id,
      user: Person,
      event: Type.Object({ id: Id, title: Type.String() }),
      received_at: WireTime,
    }),
  ),
  booking_trends: Type.Object({
    sessions_vs_retreats: Type.Object({ sessions: Type.Integer(), retreats: Type.Integer() }),
    daily: Type.Optional(
      Type.Array(
        Type.Object({
          date: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2026-01-15'] }),
          bookings: Type.Integer(),
          sessions: Type.Integer(),
          retreats: Type.Integer(),
          cancellations: Type.Integer(),
        }),
        { description: 'The last thirty days (UTC), the oldest first. Not from every CRM.' },
      ),
    ),
  }),
  generated_at: WireTime,
})

export const CrmHistory = Type.Object({
  booking_id: Id,
  history: Type.Array(
    Type.Object({
      id: Type.Integer(),
      old_status: crmStatus,
      new_status: crmStatus,
      notes: Nullable(Type.String()),
      author: Nullable(Type.String()),
      changed_at: WireTime,
    }),
    { description: 'The newest first.' },
  ),
  pagination: Pagination,
})

export const CrmStatusUpdated = Type.Object({
  message: Type.String(),
  booking_id: Id,
  old_status: crmStatus,
  new_status: crmStatus,
  updated_at: WireTime,
})
export type CrmStatusUpdated = Static<typeof CrmStatusUpdated>
