import Type, { type Static } from 'typebox'
import { PLAIN_ID } from '#shared/http/requests/request-id.ts'
import { Id, Nullable } from '#shared/http/schemas/schemas.ts'

const NOTIFICATIONS_PER_BATCH = 500

export const Received = Type.Object({
  message: Type.String(),
  notification_id: Id,
  status: Type.Enum(['success', 'duplicate'], {
    description: '`duplicate`: nothing new about a booking that is known already.',
  }),
})

export const NotificationBatch = Type.Object({
  notifications: Type.Array(Type.Unknown({ description: 'A body of `POST /api/notify`.' }), {
    minItems: 1,
    maxItems: NOTIFICATIONS_PER_BATCH,
  }),
  request_ids: Type.Optional(
    Type.Array(Type.String({ pattern: PLAIN_ID }), {
      maxItems: NOTIFICATIONS_PER_BATCH,
      description: 'Which requests they come from, for the log.',
    }),
  ),
})

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
