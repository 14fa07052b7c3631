import Type, { type Static } from 'typebox'
import { LoggedIn } from '#booking/auth/auth.schema.ts'
import { Event } from '#booking/events/event.schema.ts'
import { PageQuery, Pagination } from '#shared/http/pagination.ts'
import { Id, Nullable } from '#shared/http/schemas.ts'

export const Facilitator = Type.Object(
  {
    id: Id,
    name: Type.String(),
    first_name: Type.String(),
    last_name: Type.String(),
    bio: Nullable(Type.String()),
    specialization: Nullable(Type.String()),
    experience_years: Nullable(Type.Integer()),
    is_active: Type.Boolean(),
  },
  { title: 'Facilitator' },
)
export type Facilitator = Static<typeof Facilitator>

export const FacilitatorQuery = Type.Object(PageQuery)

/** A facilitator's events are all of them, so a page is as large as a page may be unless the caller says otherwise. */
export const FacilitatorEventsQuery = Type.Object({
  ...PageQuery,
  per_page: Type.Integer({ minimum: 1, default: 100, description: 'Items per page, at most 100.' }),
})

export const FacilitatorPage = Type.Object({ facilitators: Type.Array(Facilitator), pagination: Pagination })
export const OneFacilitator = Type.Object({ facilitator: Facilitator })
export const FacilitatorEvents = Type.Object({
  facilitator: Facilitator,
  events: Type.Array(Event),
  pagination: Pagination,
})
export const FacilitatorLoggedIn = Type.Object({ ...LoggedIn.properties, facilitator: Facilitator })
