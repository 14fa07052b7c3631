import Type from 'typebox'
import { databaseAway, declined } from '#shared/errors/app-error.ts'
import type { App } from './app.ts'
import { sendError } from './responses/error-handler.ts'
import { sent } from './responses/sent.ts'
import { ErrorBody } from './schemas/schemas.ts'

const Ready = Type.Object({ status: Type.Literal('ready') })

const stopping = () =>
  declined('stopping', 'The service is being stopped: send requests to another instance.', 2)

/**
 * Serves `/ready` for load balancers: 503 while draining or without the database (decision 0037). Unlike `/health` it also
 * answers 503 for a healthy service that is about to stop.
 */
export function serveReadiness(app: App, isDatabaseConnected: () => Promise<boolean>): void {
  app.get(
    '/ready',
    {
      config: { isVital: true, isProbe: true },
      schema: {
        tags: ['Health'],
        summary: 'Readiness Check',
        description:
          'Whether this instance should be sent requests: for load balancers. From the moment it is told to stop it says 503, and serves on until it has been heard.',
        response: {
          200: Ready,
          503: { description: 'Send requests to another instance', ...ErrorBody },
        },
      },
    },
    async (_request, reply) => {
      const refusal = app.drain.hasBegun()
        ? stopping()
        : (await isDatabaseConnected())
          ? undefined
          : databaseAway()
      if (!refusal) return { status: 'ready' } as const
      return sent(sendError(reply, refusal))
    },
  )
}
