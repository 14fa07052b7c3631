import type { EventCache } from '#booking/events/event-cache.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { Programme } from './programme.schema.ts'

type ProgrammeRouteDeps = { clock: Clock; caches: { events: EventCache } }

const NEXT = { limit: 6, offset: 0 }

/** The window on the street: what is on next, for whoever has no account yet. */
export function programmeRoutes(
  app: App,
  { caches: { events: eventCache }, clock }: ProgrammeRouteDeps,
): void {
  app.get(
    '/api/programme',
    {
      schema: {
        tags: ['Events'],
        summary: 'Get Programme',
        description: 'What is on next. Needs no account.',
        response: { 200: Programme, ...errorResponses() },
      },
    },
    async (_request, reply) => {
      // The same for everybody.
      reply.header('cache-control', 'no-cache')
      const filter = { status: 'ACTIVE' as const, startsAfter: clock.now() }
      const toBody = (events: string) => `{"events":${events}}`
      const { body } = await eventCache.page(filter, NEXT, toBody, 'programme')
      // What the street may not see is left out by the schema of the answer.
      return JSON.parse(body)
    },
  )
}
