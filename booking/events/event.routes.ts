import { EVENT_STATUSES, EVENT_TYPES } from '#booking/database/event.table.ts'
import { notFound, tooBusy } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { createKeyedSemaphore } from '#shared/http/limits/keyed-semaphore.ts'
import { createSlots } from '#shared/http/limits/slots.ts'
import { readChoice, readTime } from '#shared/http/requests/validation.ts'
import { sendJson } from '#shared/http/responses/send-json.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { EventPage, EventQuery, EventTypes, OneEvent } from './event.schema.ts'
import type { EventCache } from './event-cache.ts'
import { EVENT_BOUNDS, LONG_PAGE_FROM } from './event-copies.ts'

type EventRouteDeps = { clock: Clock; caches: { events: EventCache } }

const tags = ['Events']

/** Long pages of one account, until the client has read them: each may be a megabyte and is not cached. */
const LONG_TURNS = { permits: 1, waitingMax: 32, waitingMaxInAll: 500 }
/** Bound of all uncached bodies that are being sent. */
const UNKEPT_MAX_CHARS = 32 * 1024 * 1024

export function eventRoutes(app: App, deps: EventRouteDeps): void {
  const longTurns = createKeyedSemaphore(LONG_TURNS)
  const unkept = createSlots(UNKEPT_MAX_CHARS, tooBusy)
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
        endsAfter: status === 'ACTIVE' ? deps.clock.now() : undefined,
        startsFrom: readTime('from', query.from),
        startsBefore: readTime('to', query.to),
        search: query.search?.trim(),
      }
      const toBody = (events: string, total: number) =>
        `{"events":${events},"pagination":${JSON.stringify(toPagination(query, total))}}`
      const slice = toSlice(query)
      if (slice.limit > LONG_PAGE_FROM) await longTurns.acquire(`${caller.id}`, reply.raw)
      const { body, recall } = await deps.caches.events.page(filter, slice, toBody)
      if (body.length > EVENT_BOUNDS.bodyMaxChars) unkept.take(reply.raw, [], body.length)
      return sendJson(reply, body, recall)
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
      const event = await deps.caches.events.event(params.id)
      if (!event) throw notFound('event')
      return sendJson(reply, oneEvent(event), () => {
        const known = deps.caches.events.recallEvent(params.id)
        return known && oneEvent(known)
      })
    },
  )
}

const oneEvent = (event: string) => `{"event":${event}}`
