import Type, { type Static } from 'typebox'
import { Id, Nullable } from '#shared/http/schemas.ts'
import { Event } from './event.schema.ts'

const InputTime = (description: string) =>
  Type.String({
    maxLength: 64,
    description: `${description} Naive UTC, or RFC 3339 with an offset.`,
    examples: ['2026-01-15T07:00:00', '2026-01-15T08:00:00+01:00'],
  })
const text = (maxLength: number) => Type.Optional(Nullable(Type.String({ maxLength })))

const Title = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const TypeOfEvent = Type.String({ maxLength: 20, description: '`session` or `retreat`, in any case.' })
const Start = InputTime('In the future.')
const End = InputTime('After the start, by 366 days at most.')
const MaxParticipants = Type.Integer({ minimum: 1, maximum: 10_000 })

/** What an organiser may say of an event in either way, and leave out in both. */
const optional = {
  description: text(5_000),
  location: text(200),
  virtual_link: Type.Optional(
    Nullable(
      Type.String({ maxLength: 2_000, description: 'http or https, without user name and password.' }),
    ),
  ),
  price: Type.Optional(
    Type.Number({ minimum: 0, maximum: 99_999_999.99, description: 'At most two decimals.' }),
  ),
  requirements: text(2_000),
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
      Nullable(Type.String({ maxLength: 500, description: 'Shown to those who had booked.' })),
    ),
  }),
)
export type CancelEvent = Static<typeof CancelEvent>

export const EventCreated = Type.Object({ message: Type.String(), event: Event })

const Clashes = Type.Integer({
  description: 'How many bookings now overlap another booking of the same person: both stay, and are marked.',
})

export const EventUpdated = Type.Object({
  message: Type.String(),
  event: Event,
  clashes: Type.Optional(Clashes),
})

export const EventCancelled = Type.Object({
  message: Type.String(),
  event: Event,
  cancelled_bookings: Type.Integer({ description: 'How many people had a seat. The CRM is told of each.' }),
})
