import Type, { type Static } from 'typebox'
import { Notification, SearchFilters, StatusFilters } from '#shared/contracts/crm-notification.schema.ts'
import { PLAIN_ID } from '#shared/http/requests/request-id.ts'
import { FormatQuery } from '#shared/http/responses/send-csv.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable } from '#shared/http/schemas/schemas.ts'

const NOTIFICATIONS_PER_BATCH = 500

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
  request_ids: Type.Optional(
    Type.Array(Type.String({ pattern: PLAIN_ID }), {
      maxItems: NOTIFICATIONS_PER_BATCH,
      description: 'Which requests they come from, for the log.',
    }),
  ),
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
