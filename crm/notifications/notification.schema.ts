import Type, { type Static } from 'typebox'
import { PageQuery, Pagination } from '#shared/http/pagination.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas.ts'
import { FormatQuery } from '#shared/http/send-csv.ts'

export const CRM_STATUSES = ['new', 'reviewed', 'contacted', 'confirmed', 'completed'] as const
export type CrmStatus = (typeof CRM_STATUSES)[number]

const NOTIFICATIONS_PER_BATCH = 500

export const Notification = Type.Object(
  {
    id: Id,
    booking_id: Id,
    user: Type.Object({
      id: Id,
      email: Type.String(),
      name: Type.String(),
      phone: Nullable(Type.String()),
    }),
    event: Type.Object({ id: Id, title: Type.String(), type: Type.String() }),
    facilitator_id: Id,
    received_at: WireTime,
    status: Type.String({ description: '`received`, or `cancelled` once the booking was cancelled.' }),
    crm_status: Type.Enum([...CRM_STATUSES]),
  },
  { title: 'Notification' },
)
export type Notification = Static<typeof Notification>

export const Received = Type.Object({
  message: Type.String(),
  notification_id: Id,
  status: Type.Enum(['success', 'duplicate'], {
    description: '`duplicate`: nothing new about a booking that is known already.',
  }),
})

export const NotificationBatch = Type.Object({
  notifications: Type.Array(Type.Unknown({ description: 'A body of `POST /api/notify`.' }), {
    minItems: 1,
    maxItems: NOTIFICATIONS_PER_BATCH,
  }),
})

export const BatchResult = Type.Object({
  booking_id: Nullable(Type.Integer()),
  notification_id: Type.Optional(Id),
  status: Type.Enum(['success', 'duplicate', 'error']),
  error: Type.Optional(Type.String({ description: 'Why this notification was not taken.' })),
})
export type BatchResult = Static<typeof BatchResult>

export const BatchReceived = Type.Object({
  results: Type.Array(BatchResult, { description: 'One for each notification, in the same order.' }),
})

export const AnyCrmStatus = Type.String({
  description: '`new`, `reviewed`, `contacted`, `confirmed` or `completed`, in any case.',
})

/** Filters that every list of notifications has. */
export const StatusFilters = {
  status: Type.Optional(
    Type.String({ maxLength: 100, description: 'Booking status, say `received` or `cancelled`.' }),
  ),
  crm_status: Type.Optional(AnyCrmStatus),
}

/** And of when they were received, of whom and of what. */
export const SearchFilters = {
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Part of the customer’s name or e-mail address, or of the event’s title, in any case.',
    }),
  ),
  from: Type.Optional(
    Type.String({
      maxLength: 40,
      description: 'Received on this day (`YYYY-MM-DD`) or at this time (`YYYY-MM-DDTHH:MM:SS`), or later.',
    }),
  ),
  to: Type.Optional(
    Type.String({ maxLength: 40, description: 'Received on this day or at this time, or earlier.' }),
  ),
}

export const NotificationQuery = Type.Object({
  facilitator_id: Type.Optional(Id),
  event_id: Type.Optional(Id),
  user_id: Type.Optional(Id),
  ...StatusFilters,
  ...SearchFilters,
  ...FormatQuery,
  ...PageQuery,
})

const FiltersApplied = Type.Object({
  facilitator_id: Nullable(Id),
  event_id: Nullable(Id),
  user_id: Nullable(Id),
  status: Nullable(Type.String()),
  crm_status: Nullable(Type.String()),
  search: Type.Optional(Type.String()),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
})
export type FiltersApplied = Static<typeof FiltersApplied>

export const NotificationPage = Type.Object({
  bookings: Type.Array(Notification),
  pagination: Pagination,
  filters_applied: FiltersApplied,
  summary: Type.Object({ total_notifications: Type.Integer(), filtered_results: Type.Integer() }),
})
export type NotificationPage = Static<typeof NotificationPage>

export const OneNotification = Type.Object({ booking: Notification })
