import type { Deps } from '#crm/deps.ts'
import { refusalOf } from '#crm/metrics/metrics.ts'
import { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { OneNotification } from '#shared/contracts/crm-notification.schema.ts'
import type { App } from '#shared/http/app.ts'
import { isCsvWanted, jsonOrCsv, sendCsv } from '#shared/http/responses/send-csv.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import {
  BatchReceived,
  NotificationBatch,
  NotificationPage,
  NotificationQuery,
  Received,
} from './notification.schema.ts'
import * as notifications from './notification.service.ts'
import * as notificationStore from './notification.store.ts'
import { notificationsAsCsv } from './notification-csv.ts'
import { describeSearchFilters, readSearchFilters, readStatusFilters } from './notification-query.ts'

const tags = ['Notifications']

const MESSAGES = {
  success: 'Booking notification received successfully',
  duplicate: 'Booking notification was received before',
}

const BATCH_MAX_BYTES = 2 * 1024 * 1024

/** Where the Main API tells about bookings. */
export function receivingRoutes(app: App, deps: Deps): void {
  const onResponse = async (_request: unknown, { statusCode }: { statusCode: number }) => {
    if (statusCode >= 400) deps.metrics.received(refusalOf(statusCode))
  }
  app.post(
    '/api/notify',
    {
      config: { isRoutine: true },
      onResponse,
      schema: {
        tags,
        summary: 'Receive Booking Notification',
        body: BookingNotification,
        response: { 200: Received, ...errorResponses(401) },
      },
    },
    async ({ body }) => {
      const receipt = await notifications.receive(deps, body)
      return { message: MESSAGES[receipt.status], ...receipt }
    },
  )

  app.post(
    '/api/notify/batch',
    {
      config: { isRoutine: true },
      bodyLimit: BATCH_MAX_BYTES,
      onResponse,
      schema: {
        tags,
        summary: 'Receive Booking Notifications',
        description: 'Many at once, each with its own result. They are taken in order.',
        body: NotificationBatch,
        response: { 200: BatchReceived, ...errorResponses(401) },
      },
    },
    async (request) => {
      const { notifications: sent, request_ids } = request.body
      if (request_ids) request.logDetails = { requests: request_ids }
      return { results: await notifications.receiveBatch(deps, sent) }
    },
  )
}

/** What was received. */
export function notificationRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/bookings',
    {
      config: { isExport: true },
      schema: {
        tags,
        summary: 'Get All Booking Notifications',
        querystring: NotificationQuery,
        response: { 200: jsonOrCsv(NotificationPage), ...errorResponses(401) },
      },
    },
    async ({ query }, reply) => {
      const { facilitator_id = null, event_id = null, user_id = null } = query
      const filters = { facilitator_id, event_id, user_id, ...readStatusFilters(query) }
      const filter = { ...filters, ...readSearchFilters(query) }
      if (isCsvWanted(query)) {
        deps.exports.begin(reply.raw)
        return sendCsv(reply, 'bookings.csv', notificationsAsCsv(deps.db, filter))
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
