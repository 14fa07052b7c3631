import Type, { type Static } from 'typebox'
import { EVENT_TYPES } from '#booking/database/event.table.ts'
import { WAITLIST_STATUSES } from '#booking/database/waitlist.table.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'
import { Lines } from '#shared/http/schemas/text-schemas.ts'

const position = Type.Integer({ minimum: 1, description: '1 is next.' })
const waiting = Type.Integer({ description: 'How many wait for this event.' })

export const WaitlistPlace = Type.Object(
  { event_id: Id, position, waiting, status: Type.Enum([...WAITLIST_STATUSES]), joined_at: WireTime },
  { title: 'WaitlistPlace' },
)
export type WaitlistPlace = Static<typeof WaitlistPlace>

export const JoinWaitlist = Type.Object({
  notes: Type.Optional(
    Nullable(Lines({ maxLength: 2_000, description: 'Become the notes of the booking.' })),
  ),
})
export type JoinWaitlist = Static<typeof JoinWaitlist>

export const WaitlistJoined = Type.Object({ message: Type.String(), waitlist: WaitlistPlace })
export const WaitlistLeft = Type.Object({ message: Type.String() })

export const WaitlistEntry = Type.Object(
  {
    position,
    user: Type.Object({ id: Id, email: Type.String(), first_name: Type.String(), last_name: Type.String() }),
    notes: Nullable(Type.String()),
    joined_at: WireTime,
  },
  { title: 'WaitlistEntry' },
)
export type WaitlistEntry = Static<typeof WaitlistEntry>

export const WaitlistQuery = Type.Object(PageQuery)

export const WaitlistOfEvent = Type.Object({
  waitlist: Nullable(
    Type.Object(WaitlistPlace.properties, {
      description: "The caller's own place; null when they do not wait.",
    }),
  ),
  waiting,
  entries: Type.Optional(
    Type.Array(WaitlistEntry, { description: 'The line in order: for the organiser and admins only.' }),
  ),
  pagination: Type.Optional(Pagination),
})

export const OwnWaitlistEntry = Type.Object(
  {
    event: Type.Object({
      id: Id,
      title: Type.String(),
      event_type: Type.Enum([...EVENT_TYPES]),
      start_datetime: WireTime,
    }),
    status: Type.Enum([...WAITLIST_STATUSES]),
    position: Nullable(position),
    booking_id: Nullable(Id),
    notes: Nullable(Type.String()),
    joined_at: WireTime,
  },
  { title: 'OwnWaitlistEntry' },
)
export type OwnWaitlistEntry = Static<typeof OwnWaitlistEntry>

export const OwnWaitlistQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(
    Type.String({
      default: 'waiting',
      description:
        '`waiting` (the default), `promoted`, `left`, `closed` (the event began or was cancelled) or `all`.',
    }),
  ),
})
export const OwnWaitlist = Type.Object({ waitlist: Type.Array(OwnWaitlistEntry), pagination: Pagination })
