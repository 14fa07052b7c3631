import { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { BatchReceived, Received } from '#shared/contracts/notification-received.schema.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { NotificationBatch } from './intake.schema.ts'
import * as intake from './intake.service.ts'

const tags = ['Notifications']

const MESSAGES = {
  success: 'Booking notification received successfully',
  duplicate: 'Booking notification was received before',
}

const BATCH_MAX_BYTES = 2 * 1024 * 1024

/** Receives the notifications of the Main API. */
export function intakeRoutes(app: App, deps: intake.IntakeDeps): void {
  const onResponse = async (_request: unknown, { statusCode }: { statusCode: number }) => {
    if (statusCode >= 400) deps.metrics.received(intake.refusalOf(statusCode))
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
      const receipt = await intake.receive(deps, body)
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
      return { results: await intake.receiveBatch(deps, sent) }
    },
  )
}
