import { Credentials } from '#booking/auth/auth.schema.ts'
import type { Deps } from '#booking/deps.ts'
import * as eventListStore from '#booking/events/event-list.store.ts'
import { toPagination, toSlice } from '#shared/http/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas.ts'
import type { App } from '#shared/http/server.ts'
import {
  FacilitatorEvents,
  FacilitatorEventsQuery,
  FacilitatorLoggedIn,
  FacilitatorPage,
  FacilitatorQuery,
  OneFacilitator,
} from './facilitator.schema.ts'
import * as facilitators from './facilitator.service.ts'
import * as facilitatorStore from './facilitator.store.ts'

const tags = ['Facilitators']

/** The door that needs no access token. */
export function facilitatorLoginRoute(app: App, deps: Deps): void {
  app.post(
    '/api/facilitators/login',
    {
      schema: {
        tags,
        summary: 'Facilitator Login',
        body: Credentials,
        response: { 200: FacilitatorLoggedIn, ...errorResponses(401, 403, 429) },
      },
    },
    (request) => facilitators.logIn(deps, request, request.body),
  )
}

export function facilitatorRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/facilitators/',
    {
      schema: {
        tags,
        summary: 'Get Facilitators',
        querystring: FacilitatorQuery,
        response: { 200: FacilitatorPage, ...errorResponses(401) },
      },
    },
    async ({ query }) => {
      const { facilitators, total } = await facilitatorStore.listActive(deps.db, toSlice(query))
      return { facilitators, pagination: toPagination(query, total) }
    },
  )

  app.get(
    '/api/facilitators/:id',
    {
      schema: {
        tags,
        summary: 'Get Facilitator Details',
        params: IdParams,
        response: { 200: OneFacilitator, ...errorResponses(401, 404) },
      },
    },
    async ({ params }) => ({ facilitator: await facilitatorStore.get(deps.db, params.id) }),
  )

  app.get(
    '/api/facilitators/:id/events',
    {
      schema: {
        tags,
        summary: 'Get Facilitator Events',
        params: IdParams,
        querystring: FacilitatorEventsQuery,
        response: { 200: FacilitatorEvents, ...errorResponses(401, 404) },
      },
    },
    async ({ params, query }) => {
      const facilitator = await facilitatorStore.get(deps.db, params.id)
      const { events, total } = await eventListStore.list(
        deps.db,
        { facilitator_id: params.id },
        toSlice(query),
      )
      return { facilitator, events: events.map(({ event }) => event), pagination: toPagination(query, total) }
    },
  )
}
