import { IdempotencyHeader } from '#booking/idempotency/idempotency.schema.ts'
import { REPLAYED } from '#booking/idempotency/idempotency.service.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import {
  MessageAudience,
  MessageOwed,
  MessagePreview,
  PreviewMessage,
  WriteToEvent,
} from './event-message.schema.ts'
import { countAudience, type EventMessageDeps, previewMessage, writeOnce } from './event-message.service.ts'

const tags = ['Events']

export function eventMessageRoutes(app: App, deps: EventMessageDeps): void {
  app.post(
    '/api/events/:id/messages',
    {
      schema: {
        tags,
        summary: 'Write to Everybody of an Event',
        description:
          'To who has booked and not cancelled, and on request to the waiting list: as a notice in the app and, unless `MAIL=off`, by mail. For the facilitator of the event and admins.',
        params: IdParams,
        body: WriteToEvent,
        headers: IdempotencyHeader,
        response: { 202: MessageOwed, ...errorResponses(401, 403, 404, 409, 422, 429) },
      },
    },
    async ({ caller, params, body, headers }, reply) => {
      const key = headers['idempotency-key']
      const { people, isReplay } = await writeOnce(deps, caller, params.id, body, key)
      if (isReplay) reply.headers(REPLAYED)
      return reply.code(202).send({ message: 'Your message is on its way', people })
    },
  )

  app.get(
    '/api/events/:id/messages/audience',
    {
      schema: {
        tags,
        summary: 'Get Audience of a Message',
        description: 'How many people a message goes to now. For the facilitator of the event and admins.',
        params: IdParams,
        response: { 200: MessageAudience, ...errorResponses(401, 403, 404) },
      },
    },
    async ({ caller, params }) => countAudience(deps, caller, params.id),
  )

  app.post(
    '/api/events/:id/messages/preview',
    {
      schema: {
        tags,
        summary: 'Preview a Message',
        description:
          'The mail as people would get it; nothing is sent. For the facilitator of the event and admins.',
        params: IdParams,
        body: PreviewMessage,
        response: { 200: MessagePreview, ...errorResponses(401, 403, 404) },
      },
    },
    async ({ caller, params, body }) => previewMessage(deps, caller, params.id, body),
  )
}
