import Type, { type Static } from 'typebox'
import { Event } from '#booking/events/event.schema.ts'
import { LoggedIn, NewPassword } from '#booking/identity/login/auth.schema.ts'
import { Email, FirstName, LastName } from '#booking/identity/users/user.schema.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable } from '#shared/http/schemas/schemas.ts'
import { Lines, OptionalLine } from '#shared/http/schemas/text-schemas.ts'

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

const aboutThem = {
  bio: Type.Optional(Nullable(Lines({ maxLength: 5_000 }))),
  specialization: Type.Optional(Nullable(OptionalLine({ maxLength: 200 }))),
  experience_years: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 100 }))),
}

export const FacilitatorProfile = Type.Object(aboutThem)

export const CreateFacilitator = Type.Object({
  email: Email,
  password: Type.Optional(
    Type.String({
      ...NewPassword,
      description:
        'Needed when no account has this address yet, and with `existing`. An account whose address is proven keeps its own, as it does its name.',
    }),
  ),
  existing: Type.Optional(
    Type.Boolean({
      description:
        'true: an account that is there may be taken over although nobody has proven that its address is theirs. It gets the names and the password, and every session of it ends.',
    }),
  ),
  first_name: FirstName,
  last_name: LastName,
  ...aboutThem,
})
export type CreateFacilitator = Static<typeof CreateFacilitator>

export const UpdateFacilitator = Type.Object({
  first_name: Type.Optional(FirstName),
  last_name: Type.Optional(LastName),
  ...aboutThem,
  is_active: Type.Optional(
    Type.Boolean({ description: 'For admins. One who is not active neither logs in nor changes anything.' }),
  ),
})
export type UpdateFacilitator = Static<typeof UpdateFacilitator>

export const FacilitatorChanged = Type.Object({ message: Type.String(), facilitator: Facilitator })

export const FacilitatorQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(
    Type.String({
      default: 'active',
      description: '`active` (the default), or `all`: also those who no longer lead events, for admins.',
    }),
  ),
})

/** The contract lists all events of a facilitator, so the default page is the largest. */
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
