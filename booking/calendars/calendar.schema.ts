import Type from 'typebox'
import { WireTime } from '#shared/http/schemas/schemas.ts'

export const CalendarFile = {
  description: 'An iCalendar file (RFC 5545).',
  content: { 'text/calendar': { schema: Type.String() } },
}

export const FeedQuery = Type.Object({
  token: Type.Optional(Type.String({ maxLength: 100, description: 'The secret of the feed.' })),
})

export const FeedOpened = Type.Object({
  message: Type.String(),
  url: Type.String({ description: 'To subscribe to. Whoever has it reads the bookings.' }),
  token: Type.String({ description: 'The secret in the address. It is shown only now.' }),
})

export const FeedClosed = Type.Object({ message: Type.String() })

export const OpenFeed = Type.Object({ opened_at: WireTime })
