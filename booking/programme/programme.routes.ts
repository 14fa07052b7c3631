import { readFilter, toBodyOf } from '#booking/events/event.routes.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import { isSearch } from '#booking/events/event-filter.store.ts'
import { createLongPages } from '#booking/events/long-pages.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { sendPublicJson } from '#shared/http/responses/send-public.ts'
import { toPagination, toSlice } from '#shared/http/schemas/pagination.ts'
import { errorResponses, IdParams, Unchanged } from '#shared/http/schemas/schemas.ts'
import { networkOf } from '#shared/lib/address-blocks.ts'
import type { Clock } from '#shared/lib/clock.ts'
import {
  OnePublicEvent,
  OnePublicFacilitator,
  Programme,
  ProgrammeQuery,
  PublicFacilitatorPage,
  PublicFacilitatorQuery,
} from './programme.schema.ts'
import type { Programme as PublicProgramme } from './programme.service.ts'

type ProgrammeRouteDeps = {
  clock: Clock
  limits: { rates: Rates }
  caches: { events: EventCache }
  programme: PublicProgramme
}

const tags = ['Programme']

/** What is on and who leads it, for anybody (decisions 0028, 0055). */
export function programmeRoutes(app: App, deps: ProgrammeRouteDeps): void {
  const longPages = createLongPages()
  const { rates } = deps.limits

  app.get(
    '/api/programme',
    {
      schema: {
        tags,
        summary: 'Get Programme',
        description: 'What is on, the next event first. Needs no account.',
        querystring: ProgrammeQuery,
        response: { 200: Programme, 304: Unchanged, ...errorResponses(429) },
      },
    },
    async (request, reply) => {
      const { query, ip } = request
      const filter = { ...readFilter(query), status: 'ACTIVE' as const, endsAfter: deps.clock.now() }
      rates.read(ip, { isSearch: isSearch(filter) })
      const slice = toSlice(query)
      await longPages.enter(networkOf(ip), slice.limit, reply.raw)
      const { body } = await deps.caches.events.page(filter, slice, toBodyOf(query), 'public')
      longPages.send(body, reply.raw)
      return sendPublicJson(request, reply, body)
    },
  )

  app.get(
    '/api/programme/:id',
    {
      schema: {
        tags,
        summary: 'Get Event of Programme',
        description: 'One event, also when it is over or cancelled. Needs no account.',
        params: IdParams,
        response: { 200: OnePublicEvent, 304: Unchanged, ...errorResponses(404, 429) },
      },
    },
    async (request, reply) => {
      const { params, ip } = request
      rates.read(ip)
      const found = await deps.programme.event(params.id)
      if (!found) throw notFound('event')
      return sendPublicJson(request, reply, JSON.stringify({ event: found.event }))
    },
  )

  app.get(
    '/api/programme/facilitators',
    {
      schema: {
        tags,
        summary: 'Get Facilitators of Programme',
        description: 'Those who lead events at present. Needs no account.',
        querystring: PublicFacilitatorQuery,
        response: { 200: PublicFacilitatorPage, 304: Unchanged, ...errorResponses(429) },
      },
    },
    async (request, reply) => {
      const { query, ip } = request
      rates.read(ip)
      const { facilitators, total } = await deps.programme.facilitators(toSlice(query))
      return sendPublicJson(
        request,
        reply,
        JSON.stringify({ facilitators, pagination: toPagination(query, total) }),
      )
    },
  )

  app.get(
    '/api/programme/facilitators/:id',
    {
      schema: {
        tags,
        summary: 'Get Facilitator of Programme',
        params: IdParams,
        response: { 200: OnePublicFacilitator, 304: Unchanged, ...errorResponses(404, 429) },
      },
    },
    async (request, reply) => {
      const { params, ip } = request
      rates.read(ip)
      const facilitator = await deps.programme.facilitator(params.id)
      if (!facilitator) throw notFound('facilitator')
      return sendPublicJson(request, reply, JSON.stringify({ facilitator }))
    },
  )
}
