import { OneNotification } from '#shared/contracts/crm-notification.schema.ts'
import type { App } from '#shared/http/app.ts'
import type { Exports } from '#shared/http/limits/exports.ts'
import { jsonOrFile, readFileFormat, sendTable } from '#shared/http/responses/send-table.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import { NotificationPage, NotificationQuery } from './notification.schema.ts'
import type { NotificationDeps } from './notification.service.ts'
import * as notifications from './notification.service.ts'
import * as notificationStore from './notification.store.ts'
import { describeSearchFilters, readSearchFilters, readStatusFilters } from './notification-query.ts'
import { notificationTable } from './notification-table.ts'

type NotificationRouteDeps = NotificationDeps & { exports: Exports }

const tags = ['Notifications']

/** The notifications that were received. */
export function notificationRoutes(app: App, deps: NotificationRouteDeps): void {
  app.get(
    '/api/bookings',
    {
      config: { isExport: true },
      schema: {
        tags,
        summary: 'Get All Booking Notifications',
        querystring: NotificationQuery,
        response: { 200: jsonOrFile(NotificationPage), ...errorResponses(401) },
      },
    },
    async ({ query }, reply) => {
      const { facilitator_id = null, event_id = null, user_id = null } = query
      const filters = { facilitator_id, event_id, user_id, ...readStatusFilters(query) }
      const filter = { ...filters, ...readSearchFilters(query) }
      const format = readFileFormat(query)
      if (format) {
        deps.exports.begin(reply.raw)
        return sendTable(reply, format, 'bookings', notificationTable(deps.db, filter))
      }
      return notifications.list(deps, filter, { ...filters, ...describeSearchFilters(query) }, query)
    },
  )

  app.get(
    '/api/bookings/:id',
    {
      schema: {
        tags,
        summary: 'Get Specific Booking',
        params: IdParams,
        response: { 200: OneNotification, ...errorResponses(401, 404) },
      },
    },
    async ({ params }) => ({ booking: await notificationStore.get(deps.db, params.id) }),
  )
}
