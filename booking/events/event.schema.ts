import Type, { type Static } from 'typebox'
import { EVENT_STATUSES, EVENT_TYPES } from '#booking/database/event.table.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable, Time, WireTime } from '#shared/http/schemas/schemas.ts'

export const Event = Type.Object(
  {
    id: Id,
    title: Type.String(),
    description: Nullable(Type.String()),
    event_type: Type.Enum([...EVENT_TYPES]),
    facilitator: Type.Object({ id: Id, name: Type.String(), bio: Nullable(Type.String()) }),
    start_datetime: WireTime,
    end_datetime: WireTime,
    location: Nullable(Type.String()),
    virtual_link: Nullable(
      Type.String({
        description:
          'For those who have a seat, the facilitator of the event and admins; null for everybody else.',
      }),
    ),
    max_participants: Type.Integer(),
    current_participants: Type.Integer(),
    available_spots: Type.Integer(),
    price: Type.Number({ description: 'Two decimals of meaning.' }),
    status: Type.Enum([...EVENT_STATUSES]),
    requirements: Nullable(Type.String()),
    is_full: Type.Boolean(),
    created_at: WireTime,
    timezone: Type.String({
      description: 'IANA zone the event is at home in; the times themselves are UTC.',
      examples: ['Europe/Berlin'],
    }),
    cancellation_deadline_hours: Type.Integer({
      description: 'Attendees may cancel until so many hours before the start.',
    }),
    series_id: Nullable(Id),
    parent_event_id: Nullable({
      ...Id,
      description:
        'The event that this one is part of, as a session of a retreat. Who has booked one may book the other, although they overlap.',
    }),
    is_online: Type.Boolean({
      description: 'Whether there is a link, also when `virtual_link` is not shown.',
    }),
    cancellation_reason: Type.Optional(
      Type.String({ description: 'Only of an event that was cancelled for a reason that was given.' }),
    ),
  },
  { title: 'Event' },
)
export type Event = Static<typeof Event>

/** What somebody without an account reads of an event: who has booked gets the link, and the reason of a cancellation. */
export const PublicEvent = Type.Omit(Event, ['virtual_link', 'cancellation_reason'], { title: 'PublicEvent' })
export type PublicEvent = Static<typeof PublicEvent>

export const EventQuery = Type.Object({
  ...PageQuery,
  type: Type.Optional(Type.String({ description: '`session` or `retreat`, in any case.' })),
  facilitator_id: Type.Optional(Id),
  status: Type.Optional(
    Type.String({
      default: 'active',
      description: '`active` (the default: takes place and is not over), `cancelled`, `completed` or `all`.',
    }),
  ),
  online: Type.Optional(Type.String({ description: '`true`: only events with an online link.' })),
  from: Type.Optional(Time('Begins at this time or later.')),
  to: Type.Optional(Time('Begins before this time.')),
  parent_event_id: Type.Optional({ ...Id, description: 'Only events that are part of this one.' }),
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Words to find, in any order, in title, description, place or the name of the facilitator, ignoring case, accents and apostrophes. Words of one or two letters are found at the beginning of a word; when there are no others, in the first 5,000 events in order of start.',
    }),
  ),
})

export type EventQuery = Static<typeof EventQuery>

export const EventPage = Type.Object({ events: Type.Array(Event), pagination: Pagination })
export const OneEvent = Type.Object({ event: Event })

export const EventTypes = Type.Object({
  event_types: Type.Array(Type.Object({ key: Type.Enum([...EVENT_TYPES]), value: Type.Integer() })),
})
