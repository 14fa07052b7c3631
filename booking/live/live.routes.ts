import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { bearerToken } from '#shared/http/requests/bearer-token.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { eventStreamResponse } from '#shared/http/streams/event-stream.ts'
import { LiveHeaders, LiveQuery } from './live.schema.ts'
import type { Live } from './live.ts'

type LiveRouteDeps = { db: Db; live: Live }

const DESCRIPTION = `Server-sent events, within a second of what any instance does:
\`seats\` \`{event_id, current_participants, available_spots, is_full, waiting}\` when a seat is taken, freed or waited for;
\`event\` \`{event}\` when an event is created, changed, cancelled or over;
\`booking.promoted\` \`{booking_id, event_id}\` when the caller has got a seat they waited for;
\`booking.cancelled\` \`{booking_id, event_id}\` when somebody else has cancelled a booking of the caller, or its event;
\`reload\` \`{}\` when too much has happened to be told, since \`Last-Event-ID\` or at once: read events again.
One account listens five times at once, one address fifty times.
The token goes into the header, as everywhere: use a client that can send one (\`fetch\`, not \`EventSource\`).`

export function liveRoutes(app: App, deps: LiveRouteDeps): void {
  const { live, db } = deps
  app.get(
    '/api/events/stream',
    {
      exposeHeadRoute: false,
      config: { isEventStream: true },
      schema: {
        tags: ['Events'],
        summary: 'Listen to Events',
        description: DESCRIPTION,
        querystring: LiveQuery,
        headers: LiveHeaders,
        response: { 200: eventStreamResponse('Events as they happen'), ...errorResponses(401, 404, 429) },
      },
    },
    async ({ caller, query: { event_id }, headers, raw }, reply) => {
      reply.takeStreamSlot({ kind: 'events', account: caller.id })
      if (event_id !== undefined && !(await eventStore.find(db, event_id))) throw notFound('event')
      await live.subscribe(() => ({
        ...reply.openEventStream(),
        user_id: caller.id,
        token: bearerToken(raw) ?? '',
        event_id,
        lastId: readId(headers['last-event-id']),
      }))
    },
  )
}

/** Ids of another server are ignored. */
function readId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
