import {
  CrmStatusUpdated,
  History,
  HistoryQuery,
  UpdateCrmStatus,
} from '#shared/contracts/crm-status-change.schema.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import type { CrmStatusChangeDeps } from './crm-status-change.service.ts'
import * as crmStatusChanges from './crm-status-change.service.ts'

type CrmStatusChangeRouteDeps = CrmStatusChangeDeps

const tags = ['Notifications']

/** The CRM status of a booking and its history. */
export function crmStatusChangeRoutes(app: App, deps: CrmStatusChangeRouteDeps): void {
  app.put(
    '/api/bookings/:id/status',
    {
      schema: {
        tags,
        summary: 'Update Booking CRM Status',
        params: IdParams,
        body: UpdateCrmStatus,
        response: { 200: CrmStatusUpdated, ...errorResponses(401, 404) },
      },
    },
    async ({ params, body }) => ({
      message: 'Booking status updated successfully',
      ...(await crmStatusChanges.updateCrmStatus(deps, params.id, body)),
    }),
  )

  app.get(
    '/api/bookings/:id/history',
    {
      schema: {
        tags,
        summary: 'Get Booking History',
        description: 'Every change of the CRM status, with its notes and who made it.',
        params: IdParams,
        querystring: HistoryQuery,
        response: { 200: History, ...errorResponses(401, 404) },
      },
    },
    ({ params, query }) => crmStatusChanges.listHistory(deps, params.id, query),
  )
}
