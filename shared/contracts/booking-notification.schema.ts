import Type, { type Static } from 'typebox'
import { Id, Nullable } from '#shared/http/schemas/schemas.ts'

const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const Note = (maxLength: number) => Type.Optional(Nullable(Type.String({ maxLength })))

/** One booking as the Main API sends it to the CRM: the body of `POST /api/notify` (contract). */
export const BookingNotification = Type.Object(
  {
    booking_id: Id,
    user: Type.Object({ id: Id, email: Text(254), name: Text(201), phone: Note(64) }),
    event: Type.Object({
      id: Id,
      title: Text(500),
      type: Text(50),
      start_datetime: Note(40),
      location: Note(500),
      timezone: Type.Optional(
        Nullable(
          Type.String({
            maxLength: 64,
            description: 'Where the event is at home, an IANA name. Left out by older senders.',
            examples: ['Europe/Berlin'],
          }),
        ),
      ),
    }),
    facilitator_id: Id,
    booking_date: Note(40),
    notes: Note(5_000),
    status: Type.Optional(
      Type.String({
        maxLength: 30,
        description: '`cancelled` when the booking was cancelled. Left out for a new booking.',
      }),
    ),
  },
  { title: 'BookingNotification' },
)
export type BookingNotification = Static<typeof BookingNotification>
