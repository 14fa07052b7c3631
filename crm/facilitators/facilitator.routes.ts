import type { Deps } from '#crm/deps.ts'
import { CRM_STATUSES } from '#crm/notifications/notification.schema.ts'
import { toPagination, toSlice } from '#shared/http/pagination.ts'
import { errorResponses, IdParams } from '#shared/http/schemas.ts'
import type { App } from '#shared/http/server.ts'
import { readChoice } from '#shared/http/validation.ts'
import {
  Dashboard,
  EVENT_TYPES,
  FacilitatorBookings,
  FacilitatorBookingsQuery,
} from './facilitator.schema.ts'
import * as facilitators from './facilitator.service.ts'
import * as facilitatorStore from './facilitator.store.ts'

const tags = ['Facilitators']

export function facilitatorRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/facilitators/:id/bookings',
    {
      schema: {
        tags,
        summary: 'Get Facilitator Bookings',
        params: IdParams,
        querystring: FacilitatorBookingsQuery,
        response: { 200: FacilitatorBookings, ...errorResponses(401, 404) },
      },
    },
    async ({ params, query }) => {
      const facilitator_id = params.id
      const filter = {
        facilitator_id,
        status: query.status?.trim() ?? null,
        event_type: readChoice('event_type', query.event_type, EVENT_TYPES) ?? null,
        crm_status: readChoice('crm_status', query.crm_status, CRM_STATUSES) ?? null,
      }
      const since = facilitators.recentSince(deps.clock.now())
      const [{ bookings, total }, statistics] = await Promise.all([
        facilitatorStore.listBookings(deps.db, filter, toSlice(query)),
        facilitatorStore.countBookings(deps.db, facilitator_id, since),
      ])
      return { facilitator_id, bookings, statistics, pagination: toPagination(query, total) }
    },
  )

  app.get(
    '/api/facilitators/:id/dashboard',
    {
      schema: {
        tags,
        summary: 'Get Facilitator Dashboard',
        params: IdParams,
        response: { 200: Dashboard, ...errorResponses(401, 404) },
      },
    },
    ({ params }) => facilitators.overview(deps, params.id),
  )
}
