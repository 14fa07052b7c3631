import Type from 'typebox'
import type { Deps } from '#booking/deps.ts'
import { isDatabaseConnected } from '#shared/http/health.ts'
import { serveReadiness } from '#shared/http/ready.ts'
import { ErrorBody } from '#shared/http/schemas.ts'
import type { App } from '#shared/http/server.ts'

const Health = Type.Object({ status: Type.Literal('healthy'), database: Type.Literal('connected') })
const Unhealthy = Type.Object({
  status: Type.Literal('unhealthy'),
  database: Type.Literal('disconnected'),
  ...ErrorBody.properties,
})

export function healthRoutes(app: App, { db }: Deps): void {
  serveReadiness(app, () => isDatabaseConnected(db))

  app.get(
    '/health',
    {
      config: { isVital: true },
      schema: { tags: ['Health'], summary: 'Health Check', response: { 200: Health, 503: Unhealthy } },
    },
    async (_request, reply) => {
      if (await isDatabaseConnected(db)) return { status: 'healthy', database: 'connected' } as const
      const error = 'The database cannot be reached right now: please try again shortly.'
      return reply
        .code(503)
        .header('retry-after', '5')
        .send({ status: 'unhealthy', database: 'disconnected', error, code: 'database_unavailable' } as const)
    },
  )
}
