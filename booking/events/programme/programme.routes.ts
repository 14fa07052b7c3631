import type { EventCache } from '#booking/events/event-cache.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { Programme } from './programme.schema.ts'

type ProgrammeRouteDeps = { clock: Clock; caches: { events: EventCache } }

const NEXT = { limit: 6, offset: 0 }

/** Public, unauthenticated list of upcoming events (decision 0028). */
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
      // The same for everybody, so caches may keep it, but must revalidate.
      reply.header('cache-control', 'no-cache')
      const filter = { status: 'ACTIVE' as const, endsAfter: clock.now() }
      const toBody = (events: string) => `{"events":${events}}`
      const { body } = await eventCache.page(filter, NEXT, toBody, 'programme')
      // The response schema removes the fields that are not public.
      return JSON.parse(body)
    },
  )
}
