import type { App } from '#shared/http/app.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import { MessageOwed, WriteToEvent } from './event-message.schema.ts'
import { type EventMessageDeps, writeToEvent } from './event-message.service.ts'

export function eventMessageRoutes(app: App, deps: EventMessageDeps): void {
  app.post(
    '/api/events/:id/messages',
    {
      schema: {
        tags: ['Events'],
        summary: 'Write to Everybody of an Event',
        description:
          'To who has booked and not cancelled, and on request to the waiting list: as a notice in the app and, unless `MAIL=off`, by mail. For the facilitator of the event and admins.',
        params: IdParams,
        body: WriteToEvent,
        response: { 202: MessageOwed, ...errorResponses(401, 403, 404, 409, 429) },
      },
    },
    async ({ caller, params, body }, reply) => {
      const people = await writeToEvent(deps, caller, params.id, body)
      return reply.code(202).send({ message: 'Your message is on its way', people })
    },
  )
}
