import Type, { type Static } from 'typebox'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'
import { Lines, OptionalLine } from '#shared/http/schemas/text-schemas.ts'
import { AnyCrmStatus, CRM_STATUSES } from './crm-notification.schema.ts'

export const UpdateCrmStatus = Type.Object({
  crm_status: AnyCrmStatus,
  notes: Type.Optional(Nullable(Lines({ maxLength: 5_000 }))),
  author: Type.Optional(
    Nullable(OptionalLine({ maxLength: 200, description: 'Who has looked after the customer.' })),
  ),
})
export type UpdateCrmStatus = Static<typeof UpdateCrmStatus>

const steps = {
  old_status: Type.Enum([...CRM_STATUSES]),
  new_status: Type.Enum([...CRM_STATUSES]),
}

export const CrmStatusUpdated = Type.Object({
  message: Type.String(),
  booking_id: Id,
  ...steps,
  updated_at: WireTime,
})
export type CrmStatusUpdate = Omit<Static<typeof CrmStatusUpdated>, 'message'>

export const CrmStatusChange = Type.Object(
  {
    id: Type.Integer(),
    ...steps,
    notes: Nullable(Type.String()),
    author: Nullable(Type.String()),
    changed_at: WireTime,
  },
  { title: 'CrmStatusChange' },
)
export type CrmStatusChange = Static<typeof CrmStatusChange>

export const HistoryQuery = Type.Object({ ...PageQuery })

export const History = Type.Object({
  booking_id: Id,
  history: Type.Array(CrmStatusChange, { description: 'The newest first.' }),
  pagination: Pagination,
})
