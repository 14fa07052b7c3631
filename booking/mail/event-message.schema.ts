import Type, { type Static } from 'typebox'
import { Line, Paragraphs } from '#shared/http/schemas/text-schemas.ts'

const words = {
  subject: Line({ minLength: 1, maxLength: 200 }),
  text: Paragraphs({ minLength: 1, maxLength: 5_000 }),
}

export const WriteToEvent = Type.Object({
  ...words,
  include_waiting: Type.Optional(
    Type.Boolean({ default: false, description: 'Also to the people on the waiting list.' }),
  ),
})
export type WriteToEvent = Static<typeof WriteToEvent>

export const MessageOwed = Type.Object({
  message: Type.String(),
  people: Type.Integer({ description: 'To how many it goes.' }),
})

export const MessageAudience = Type.Object({
  people: Type.Integer({ description: 'How many have booked and not cancelled, without the caller.' }),
  waiting: Type.Integer({ description: 'How many more a message goes to with `include_waiting`.' }),
})
export type MessageAudience = Static<typeof MessageAudience>

export const PreviewMessage = Type.Object(words)
export type PreviewMessage = Static<typeof PreviewMessage>

export const MessagePreview = Type.Object({
  subject: Type.String(),
  text: Type.String(),
  html: Type.String(),
})
export type MessagePreview = Static<typeof MessagePreview>
