import Type, { type Static } from 'typebox'
import { Event } from '#booking/events/event.schema.ts'
import { Id, Nullable } from '#shared/http/schemas/schemas.ts'
import { Line, Lines, OptionalLine, OptionalWords } from '#shared/http/schemas/text-schemas.ts'

const InputTime = (description: string) =>
  Type.String({
    maxLength: 64,
    description: `${description} Naive UTC, or RFC 3339 with an offset.`,
    examples: ['2026-01-15T07:00:00', '2026-01-15T08:00:00+01:00'],
  })
const lines = (maxLength: number) => Type.Optional(Nullable(Lines({ maxLength })))

const Title = Line({ minLength: 1, maxLength: 200 })
const TypeOfEvent = Type.String({ maxLength: 20, description: '`session` or `retreat`, in any case.' })
const Start = InputTime('In the future.')
const End = InputTime('After the start, by 366 days at most.')
const MaxParticipants = Type.Integer({ minimum: 1, maximum: 10_000 })

/** Fields that are optional both when creating and when editing. */
const optional = {
  description: lines(5_000),
  location: Type.Optional(Nullable(OptionalLine({ maxLength: 200 }))),
  virtual_link: Type.Optional(
    Nullable(
      OptionalLine({
        maxLength: 2_000,
        description:
          'http or https, to a public host, without user name, password or invisible characters. Kept as a browser reads it, with its host in ASCII.',
      }),
    ),
  ),
  price: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 99_999_999.99,
      description: 'With as many decimals as the currency of `/api/settings` has.',
    }),
  ),
  requirements: lines(2_000),
  timezone: Type.Optional(
    Type.String({
      maxLength: 64,
      description: 'IANA zone the event is at home in; the times themselves are UTC.',
      examples: ['Europe/Berlin'],
    }),
  ),
  cancellation_deadline_hours: Type.Optional(Type.Integer({ minimum: 0, maximum: 8_760 })),
}

export const CreateEvent = Type.Object({
  title: Title,
  event_type: TypeOfEvent,
  start_datetime: Start,
  end_datetime: End,
  max_participants: MaxParticipants,
  ...optional,
  facilitator_id: Type.Optional(
    Type.Integer({ ...Id, description: 'Whose event it is: for admins, who may create for anybody.' }),
  ),
  recurrence: Type.Optional(
    Nullable(
      Type.String({
        maxLength: 500,
        description:
          'Makes a series: an RFC 5545 RRULE of FREQ (DAILY, WEEKLY or MONTHLY), INTERVAL, BYDAY or BYMONTHDAY, and either COUNT or UNTIL, for 366 events at most. Each begins at the same time of the clock in `timezone`.',
        examples: ['FREQ=WEEKLY;BYDAY=TU,TH;COUNT=8'],
      }),
    ),
  ),
})
export type CreateEvent = Static<typeof CreateEvent>

/** Fields that are left out stay as they are; null clears those that may be empty. */
export const EditEvent = Type.Object({
  title: Type.Optional(Title),
  event_type: Type.Optional(TypeOfEvent),
  start_datetime: Type.Optional(Start),
  end_datetime: Type.Optional(End),
  max_participants: Type.Optional(MaxParticipants),
  ...optional,
})
export type EditEvent = Static<typeof EditEvent>

export const CancelEvent = Nullable(
  Type.Object({
    reason: Type.Optional(
      Nullable(OptionalWords({ maxLength: 500, description: 'Shown to those who had booked.' })),
    ),
  }),
)
export type CancelEvent = Static<typeof CancelEvent>

export const SCOPES = ['this', 'following', 'all'] as const
export type Scope = (typeof SCOPES)[number]

export const ScopeQuery = Type.Object({
  scope: Type.Optional(
    Type.String({
      default: 'this',
      description:
        'Of a series: `this` event, this and the `following`, or `all`; of those, what has not begun and is not cancelled.',
    }),
  ),
})

const Message = { message: Type.String() }
const events = Type.Array(Event, { description: 'Those of the series, in order of start.' })

export const EventCreated = Type.Union([
  Type.Object({ ...Message, event: Event }),
  Type.Object({ ...Message, series_id: Id, events }),
])

const moved = {
  clashes: Type.Optional(
    Type.Integer({
      description:
        'When events were moved: how many of their bookings now overlap another one of the same person. They stay, and are marked.',
    }),
  ),
}
export const EventUpdated = Type.Union([
  Type.Object({ ...Message, event: Event, ...moved }),
  Type.Object({ ...Message, events, ...moved }),
])

const freed = {
  cancelled_bookings: Type.Integer({ description: 'How many seats were taken. The CRM is told of each.' }),
}
export const EventCancelled = Type.Union([
  Type.Object({ ...Message, event: Event, ...freed }),
  Type.Object({ ...Message, events, ...freed }),
])
