import type { Deps } from '#booking/deps.ts'
import { AppError, notFound, tooBusy } from '#shared/http/app-error.ts'
import type { FastLane } from '#shared/http/fast-lane.ts'
import { toPagination, toSlice } from '#shared/http/pagination.ts'
import { createPlaces } from '#shared/http/places.ts'
import { errorResponses, IdParams } from '#shared/http/schemas.ts'
import { sendJson } from '#shared/http/send-json.ts'
import type { App } from '#shared/http/server.ts'
import { readChoice, readTime } from '#shared/http/validation.ts'
import { EVENT_STATUSES, EVENT_TYPES, EventPage, EventQuery, EventTypes, OneEvent } from './event.schema.ts'

const tags = ['Events']

/** Answers that are not kept are held until they are taken: so much by all together, so many by one account. */
const LONG_FROM_CHARS = 256 * 1024
const LONG_MAX_CHARS = 32 * 1024 * 1024
const LONG_PER_ACCOUNT_MAX = 4

const takeTheLast = () =>
  new AppError(
    429,
    'too_many_at_once',
    'Take the long pages that you have asked for before you ask for more.',
    {
      headers: { 'retry-after': '2' },
    },
  )

export function eventRoutes(app: App, deps: Deps, lane: FastLane): void {
  const longAnswers = createPlaces(LONG_MAX_CHARS, tooBusy)
  const longClaims = (id: number) =>
    deps.config.authRateLimit ? [{ key: `${id}`, max: LONG_PER_ACCOUNT_MAX, refusal: takeTheLast }] : []
  app.get(
    '/api/events/',
    {
      schema: {
        tags,
        summary: 'Get Events',
        querystring: EventQuery,
        response: { 200: EventPage, ...errorResponses(401, 429) },
      },
    },
    async ({ caller, query }, reply) => {
      const status = readChoice('status', query.status, [...EVENT_STATUSES, 'ALL']) ?? 'ACTIVE'
      const filter = {
        event_type: readChoice('type', query.type, EVENT_TYPES),
        facilitator_id: query.facilitator_id,
        status: status === 'ALL' ? undefined : status,
        startsAfter: status === 'ACTIVE' ? deps.clock.now() : undefined,
        startsFrom: readTime('from', query.from),
        startsBefore: readTime('to', query.to),
        search: query.search?.trim(),
      }
      const toBody = (events: string, total: number) =>
        `{"events":${events},"pagination":${JSON.stringify(toPagination(query, total))}}`
      const { body, recall } = await deps.eventCache.page(filter, toSlice(query), toBody)
      lane.offer(reply, body, recall)
      if (body.length > LONG_FROM_CHARS) longAnswers.take(reply.raw, longClaims(caller.id), body.length)
      return sendJson(reply, body)
    },
  )

  app.get(
    '/api/events/types',
    { schema: { tags, summary: 'Get Event Types', response: { 200: EventTypes, ...errorResponses(401) } } },
    async () => ({ event_types: EVENT_TYPES.map((key, i) => ({ key, value: i + 1 })) }),
  )

  app.get(
    '/api/events/:id',
    {
      schema: {
        tags,
        summary: 'Get Event Details',
        params: IdParams,
        response: { 200: OneEvent, ...errorResponses(401, 404) },
      },
    },
    async ({ params }, reply) => {
      const event = await deps.eventCache.event(params.id)
      if (!event) throw notFound('event')
      const body = oneEvent(event)
      lane.offer(reply, body, () => {
        const known = deps.eventCache.recallEvent(params.id)
        return known && oneEvent(known)
      })
      return sendJson(reply, body)
    },
  )
}

const oneEvent = (event: string) => `{"event":${event}}`
