import Type from 'typebox'
import { EventQuery, PublicEvent } from '#booking/events/event.schema.ts'
import { Facilitator } from '#booking/facilitators/facilitator.schema.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'

export type ProgrammeEvent = PublicEvent

/** Six fill the start page, which asks without parameters (decision 0028). */
export const ProgrammeQuery = Type.Object({
  ...Type.Omit(EventQuery, ['status', 'per_page']).properties,
  per_page: Type.Integer({ minimum: 1, default: 6, description: 'Items per page, at most 100.' }),
})

export const Programme = Type.Object({
  events: Type.Array(PublicEvent, {
    description: 'Those that are not over or cancelled, the next one first.',
  }),
  pagination: Pagination,
})
export const OnePublicEvent = Type.Object({ event: PublicEvent })

export const PublicFacilitatorQuery = Type.Object(PageQuery)
export const PublicFacilitatorPage = Type.Object({
  facilitators: Type.Array(Facilitator),
  pagination: Pagination,
})
export const OnePublicFacilitator = Type.Object({ facilitator: Facilitator })
