import { EVENT_STATUSES, EVENT_TYPES } from '#booking/database/event.table.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { readChoice, readSwitch, readTime } from '#shared/http/requests/validation.ts'
import { sendJson } from '#shared/http/responses/send-json.ts'
import { type PageRequest, toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { EventPage, EventQuery, EventTypes, OneEvent } from './event.schema.ts'
import type { EventCache } from './event-cache.ts'
import type { EventFilter } from './event-filter.store.ts'
import { createLongPages } from './long-pages.ts'
import { type OnlineLinks, withLink } from './online-links.ts'

type EventRouteDeps = { clock: Clock; caches: { events: EventCache }; queues: { links: OnlineLinks } }

const tags = ['Events']

export function eventRoutes(app: App, deps: EventRouteDeps): void {
  const longPages = createLongPages()
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
        ...readFilter(query),
        status: status === 'ALL' ? undefined : status,
        endsAfter: status === 'ACTIVE' ? deps.clock.now() : undefined,
      }
      const toBody = toBodyOf(query)
      const slice = toSlice(query)
      await longPages.enter(`${caller.id}`, slice.limit, reply.raw)
      const page = await deps.caches.events.page(filter, slice, toBody)
      longPages.send(page.body, reply.raw)
      if (page.online.length === 0) return sendJson(reply, page.body, page.recall)
      return sendJson(reply, page.withLinks(await deps.queues.links.find(caller, page.online)))
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
    async ({ caller, params }, reply) => {
      const found = await deps.caches.events.event(params.id)
      if (!found) throw notFound('event')
      const { event, json } = found
      if (event.is_online) {
        const links = await deps.queues.links.find(caller, [event.id])
        return sendJson(reply, oneEvent(links.size > 0 ? JSON.stringify(withLink(event, links)) : json))
      }
      return sendJson(reply, oneEvent(json), () => {
        const known = deps.caches.events.recallEvent(params.id)
        return known && oneEvent(known)
      })
    },
  )
}

/** What a query says of the events it asks for, except for their status. Throws 400 for what cannot be read. */
export function readFilter(query: Omit<EventQuery, keyof PageRequest | 'status'>): EventFilter {
  return {
    event_type: readChoice('type', query.type, EVENT_TYPES),
    facilitator_id: query.facilitator_id,
    parent_event_id: query.parent_event_id,
    startsFrom: readTime('from', query.from),
    startsBefore: readTime('to', query.to),
    isOnline: readSwitch('online', query.online) || undefined,
    search: query.search?.trim(),
  }
}

export const toBodyOf = (query: PageRequest) => (events: string, total: number) =>
  `{"events":${events},"pagination":${JSON.stringify(toPagination(query, total))}}`

const oneEvent = (event: string) => `{"event":${event}}`
