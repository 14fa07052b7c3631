import Type from 'typebox'
import { PLAIN_ID } from '#shared/http/requests/request-id.ts'

const NOTIFICATIONS_PER_BATCH = 500

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
