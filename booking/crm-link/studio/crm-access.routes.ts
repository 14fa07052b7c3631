import { FacilitatorBookings, FacilitatorBookingsQuery } from '#shared/contracts/crm-facilitator.schema.ts'
import { OneNotification } from '#shared/contracts/crm-notification.schema.ts'
import { CrmStatusUpdated, History, HistoryQuery } from '#shared/contracts/crm-status-change.schema.ts'
import type { App } from '#shared/http/app.ts'
import type { Exports } from '#shared/http/limits/exports.ts'
import { bearerToken } from '#shared/http/requests/bearer-token.ts'
import { jsonOrFile, readFileFormat, sendFile } from '#shared/http/responses/send-table.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import { eventStreamResponse } from '#shared/http/streams/event-stream.ts'
import {
  CrmBookingParams,
  FacilitatorDashboard,
  ListeningHeaders,
  UpdateCrmStatus,
} from './crm-access.schema.ts'
import type { CrmAccessDeps } from './crm-access.service.ts'
import * as crmAccess from './crm-access.service.ts'
import { crmLacks } from './crm-faults.ts'
import type { CrmGateway } from './crm-gateway.ts'
import { type CrmListeningDeps, hasAccess, relay } from './crm-listening.ts'
import { whileAllowed } from './while-allowed.ts'

type CrmAccessRouteDeps = CrmAccessDeps &
  CrmListeningDeps & { crm: { gateway: CrmGateway }; limits: { exports: Exports } }

const tags = ['Facilitators']
const errors = errorResponses(401, 403, 404, 501)

const STREAM = `Server-sent events about the facilitator's bookings, as the CRM tells them: \`booking.received\`,
\`booking.cancelled\` and \`booking.status_changed\`, with \`{booking, happened_at, change?}\`. After a break the stream
goes on after \`Last-Event-ID\`; \`stream.reset\` says that too much has been missed: read the lists again.
One account listens five times at once, one address fifty times. The token goes into the header, as everywhere: use a client that can send one (\`fetch\`, not \`EventSource\`).`

/** CRM data of a facilitator, for them and for admins. The CRM's token never leaves the server (decision 0018). */
export function crmAccessRoutes(app: App, deps: CrmAccessRouteDeps): void {
  app.get(
    '/api/facilitators/:id/dashboard',
    {
      schema: {
        tags,
        summary: 'Get Own Dashboard',
        description: 'The figures of the CRM, and the events to come.',
        params: IdParams,
        response: { 200: FacilitatorDashboard, ...errors },
      },
    },
    ({ caller, params }) => crmAccess.overview(deps, caller, params.id),
  )

  app.get(
    '/api/facilitators/:id/crm/bookings',
    {
      config: { isExport: true },
      schema: {
        tags,
        summary: 'Get Own CRM Bookings',
        params: IdParams,
        querystring: FacilitatorBookingsQuery,
        response: { 200: jsonOrFile(FacilitatorBookings), ...errors, ...errorResponses(429) },
      },
    },
    async ({ caller, params: { id }, query, raw }, reply) => {
      const format = readFileFormat(query)
      if (!format) return crmAccess.listBookings(deps, caller, id, query)
      deps.limits.exports.begin(reply.raw, caller.id)
      const file = await crmAccess.exportBookings(deps, caller, { id, query, format })
      const grant = { token: bearerToken(raw) ?? '', facilitator_id: id }
      return sendFile(
        reply,
        format,
        `bookings-of-facilitator-${id}`,
        whileAllowed(() => hasAccess(deps, grant), file),
      )
    },
  )

  app.get(
    '/api/facilitators/:id/crm/bookings/:booking_id',
    {
      schema: {
        tags,
        summary: 'Get Own CRM Booking',
        params: CrmBookingParams,
        response: { 200: OneNotification, ...errors },
      },
    },
    ({ caller, params }) => crmAccess.getBooking(deps, caller, params),
  )

  app.get(
    '/api/facilitators/:id/crm/bookings/:booking_id/history',
    {
      schema: {
        tags,
        summary: 'Get History of Own CRM Booking',
        params: CrmBookingParams,
        querystring: HistoryQuery,
        response: { 200: History, ...errors },
      },
    },
    ({ caller, params, query }) => crmAccess.listHistory(deps, caller, params, query),
  )

  app.put(
    '/api/facilitators/:id/crm/bookings/:booking_id/status',
    {
      schema: {
        tags,
        summary: 'Update CRM Status of Own Booking',
        description: 'The name of the caller is kept as the author.',
        params: CrmBookingParams,
        body: UpdateCrmStatus,
        response: { 200: CrmStatusUpdated, ...errors },
      },
    },
    ({ caller, params, body }) => crmAccess.updateStatus(deps, caller, params, body),
  )

  app.get(
    '/api/facilitators/:id/crm/stream',
    {
      exposeHeadRoute: false,
      config: { isEventStream: true },
      schema: {
        tags,
        summary: 'Listen to Own CRM Bookings',
        description: STREAM,
        params: IdParams,
        headers: ListeningHeaders,
        response: {
          200: eventStreamResponse('What happens to bookings, as it happens'),
          ...errors,
          ...errorResponses(429),
        },
      },
    },
    async ({ caller, params: { id }, headers, raw }, reply) => {
      reply.takeStreamSlot({ kind: 'crm', account: caller.id })
      await crmAccess.requireAccess(deps, caller, id)
      const lastId = headers['last-event-id']
      const source = await deps.crm.gateway.open(`/api/facilitators/${id}/stream`, {
        accept: 'text/event-stream',
        ...(lastId !== undefined && { 'last-event-id': lastId }),
      })
      if (!source) throw crmLacks('stream')
      try {
        const stream = reply.openEventStream()
        void relay(deps, source, { stream, token: bearerToken(raw) ?? '', facilitator_id: id })
      } catch (error) {
        source.destroy()
        throw error
      }
    },
  )
}
