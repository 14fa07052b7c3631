import type { App } from '#shared/http/app.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import { eventStreamResponse } from '#shared/http/streams/event-stream.ts'
import { STREAM_DESCRIPTION, StreamHeaders, StreamQuery } from './feed.schema.ts'
import type { FeedDeps } from './feed.service.ts'
import * as feed from './feed.service.ts'

type FeedRouteDeps = FeedDeps

export function feedRoutes(app: App, deps: FeedRouteDeps): void {
  app.get(
    '/api/facilitators/:id/stream',
    {
      // A HEAD request would open a stream.
      exposeHeadRoute: false,
      config: { isEventStream: true },
      schema: {
        tags: ['Facilitators'],
        summary: 'Listen to Facilitator Bookings',
        description: STREAM_DESCRIPTION,
        params: IdParams,
        querystring: StreamQuery,
        headers: StreamHeaders,
        response: { 200: eventStreamResponse('Events'), ...errorResponses(401, 404) },
      },
    },
    ({ params, query, headers }, reply) => {
      // Without an account: the Main API opens streams for all of its subscribers with one token.
      reply.takeStreamSlot({ kind: 'feed' })
      const lastId = readId(headers['last-event-id']) ?? query.last_event_id
      return feed.listen(deps, params.id, lastId, () => reply.openEventStream())
    },
  )
}

/** The cursor of `Last-Event-ID`; 0, which is never known, for one that is not ours. */
function readId(text = ''): number | undefined {
  if (text === '') return undefined
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}
