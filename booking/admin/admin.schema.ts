import Type, { type Static } from 'typebox'
import { NewPassword } from '#booking/identity/login/auth.schema.ts'
import { FirstName, LastName, User } from '#booking/identity/users/user.schema.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Nullable } from '#shared/http/schemas/schemas.ts'
import { OptionalWords } from '#shared/http/schemas/text-schemas.ts'

export const USER_STATUSES = ['active', 'closed'] as const
export type UserStatus = (typeof USER_STATUSES)[number]

export const USER_ROLES = ['admin', 'facilitator', 'attendee'] as const
export type UserRole = (typeof USER_ROLES)[number]

/** An account as admins see it. */
export const ManagedUser = Type.Object(
  {
    ...User.properties,
    is_admin: Type.Boolean(),
    facilitator_id: Nullable(Type.Integer({ description: 'Null: leads no events, and never has.' })),
    is_facilitator: Type.Boolean({
      description: 'Leads events. False with a `facilitator_id`: they did, and no longer do.',
    }),
    email_proven: Type.Boolean({
      description:
        'They have shown that the address is theirs: by Google, or by a link that was mailed to it.',
    }),
    bookings_ahead: Type.Integer({ description: 'Seats that they hold at events to come.' }),
  },
  { title: 'ManagedUser' },
)
export type ManagedUser = Static<typeof ManagedUser>

export const UserQuery = Type.Object({
  ...PageQuery,
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Words to find, in any order, in name, e-mail address or phone number, ignoring case, accents and apostrophes.',
    }),
  ),
  status: Type.Optional(Type.String({ description: '`active` or `closed`; both when left out.' })),
  role: Type.Optional(
    Type.String({ description: '`admin`, `facilitator`, or `attendee` for who is neither.' }),
  ),
})

export const UserPage = Type.Object({ users: Type.Array(ManagedUser), pagination: Pagination })
export const OneUser = Type.Object({ user: ManagedUser })

export const UpdateUser = Type.Object({
  is_active: Type.Optional(
    Type.Boolean({
      description:
        'false closes the account: sessions end, seats and places in line ahead are given up, roles are taken away. true opens it again, without any role.',
    }),
  ),
  is_admin: Type.Optional(Type.Boolean()),
  leave_events: Type.Optional(
    Type.Boolean({ description: 'true: closes the account of somebody who still leads events. They stay.' }),
  ),
  existing: Type.Optional(
    Type.Boolean({
      description:
        'true: an account whose address was never proven may become an admin. It gets `password` and, where they are given, `first_name` and `last_name`; every session of it ends.',
    }),
  ),
  password: Type.Optional(Type.String({ ...NewPassword, description: 'Needed with `existing`.' })),
  first_name: Type.Optional(FirstName),
  last_name: Type.Optional(LastName),
})
export type UpdateUser = Static<typeof UpdateUser>

export const UserUpdated = Type.Object({
  message: Type.String(),
  user: ManagedUser,
  cancelled_bookings: Type.Integer(),
})

export const CancelBookings = Nullable(
  Type.Object({
    reason: Type.Optional(
      Nullable(
        OptionalWords({ maxLength: 500, description: 'For the attendee, who sees it at each booking.' }),
      ),
    ),
  }),
)
export type CancelBookings = Static<typeof CancelBookings>

export const BookingsCancelled = Type.Object({
  message: Type.String(),
  cancelled_bookings: Type.Integer(),
  left_lines: Type.Integer({ description: 'Waiting lists that they were taken from.' }),
})
