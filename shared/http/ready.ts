import Type from 'typebox'
import { databaseAway, declined } from '#shared/errors/app-error.ts'
import type { App } from './app.ts'
import { sendError } from './responses/error-handler.ts'
import { ErrorBody } from './schemas/schemas.ts'

const Ready = Type.Object({ status: Type.Literal('ready') })

const stopping = () =>
  declined('stopping', 'The service is being stopped: send requests to another instance.', 2)

/**
 * Whether requests should be sent here, for whoever deals them out. Nothing listens before the database is up to date.
 * `/health` says how the service is; this one also says no when it is well and about to go.
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
      return sendError(reply, refusal) as never
    },
  )
}
