import type { Db } from '#crm/database/database.ts'
import { readSearchFilters, readStatusFilters } from '#crm/notifications/notification-query.ts'
import { notificationTable } from '#crm/notifications/notification-table.ts'
import {
  Dashboard,
  EVENT_TYPES,
  FacilitatorBookings,
  FacilitatorBookingsQuery,
} from '#shared/contracts/crm-facilitator.schema.ts'
import type { App } from '#shared/http/app.ts'
import type { Exports } from '#shared/http/limits/exports.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { jsonOrFile, readFileFormat, sendTable } from '#shared/http/responses/send-table.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import type { FacilitatorDeps } from './facilitator.service.ts'
import * as facilitators from './facilitator.service.ts'

type FacilitatorRouteDeps = FacilitatorDeps & { db: Db; exports: Exports }

const tags = ['Facilitators']

export function facilitatorRoutes(app: App, deps: FacilitatorRouteDeps): void {
  app.get(
    '/api/facilitators/:id/bookings',
    {
      config: { isExport: true },
      schema: {
        tags,
        summary: 'Get Facilitator Bookings',
        params: IdParams,
        querystring: FacilitatorBookingsQuery,
        response: { 200: jsonOrFile(FacilitatorBookings), ...errorResponses(401, 404) },
      },
    },
    async ({ params, query }, reply) => {
      const facilitator_id = params.id
      const event_type = readChoice('event_type', query.event_type, EVENT_TYPES) ?? null
      const filter = { facilitator_id, event_type, ...readStatusFilters(query), ...readSearchFilters(query) }
      const format = readFileFormat(query)
      if (format) {
        deps.exports.begin(reply.raw)
        const table = notificationTable(deps.db, filter)
        return sendTable(reply, format, `facilitator-${facilitator_id}-bookings`, table)
      }
      return facilitators.listBookings(deps, filter, query)
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
