import Type, { type Static } from 'typebox'
import { Line, Paragraphs } from '#shared/http/schemas/text-schemas.ts'

export const WriteToEvent = Type.Object({
  subject: Line({ minLength: 1, maxLength: 200 }),
  text: Paragraphs({ minLength: 1, maxLength: 5_000 }),
  include_waiting: Type.Optional(
    Type.Boolean({ default: false, description: 'Also to the people on the waiting list.' }),
  ),
})
export type WriteToEvent = Static<typeof WriteToEvent>

export const MessageOwed = Type.Object({
  message: Type.String(),
  people: Type.Integer({ description: 'To how many it goes.' }),
})
