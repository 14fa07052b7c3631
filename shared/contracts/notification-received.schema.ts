import Type, { type Static } from 'typebox'
import { Id, Nullable } from '#shared/http/schemas/schemas.ts'

/** The answer of the CRM to `POST /api/notify`. */
export const Received = Type.Object({
  message: Type.String(),
  notification_id: Id,
  status: Type.Enum(['success', 'duplicate'], {
    description: '`duplicate`: nothing new about a booking that is known already.',
  }),
})

/** What an answer must have to count as an acknowledgement; the other fields are optional for other CRMs. */
export const Acknowledgement = Type.Pick(Received, ['notification_id'])

export const BatchResult = Type.Object({
  booking_id: Nullable(Type.Integer()),
  notification_id: Type.Optional(Id),
  status: Type.Enum(['success', 'duplicate', 'error']),
  error: Type.Optional(Type.String({ description: 'Why this notification was not taken.' })),
})
export type BatchResult = Static<typeof BatchResult>

export const BatchReceived = Type.Object({
  results: Type.Array(BatchResult, { description: 'One for each notification, in the same order.' }),
})
