import Type, { type Static } from 'typebox'
import { Notification, SearchFilters, StatusFilters } from '#shared/contracts/crm-notification.schema.ts'
import { FormatQuery } from '#shared/http/responses/send-table.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable } from '#shared/http/schemas/schemas.ts'

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
