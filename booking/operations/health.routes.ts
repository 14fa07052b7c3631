import Type from 'typebox'
import type { Db } from '#booking/database/database.ts'
import { isDatabaseConnected } from '#shared/db/database-health.ts'
import { databaseAway, toErrorBody } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { serveReadiness } from '#shared/http/ready.ts'
import { ErrorBody } from '#shared/http/schemas/schemas.ts'

type HealthRouteDeps = { db: Db }

const Health = Type.Object({ status: Type.Literal('healthy'), database: Type.Literal('connected') })
const Unhealthy = Type.Object({
  status: Type.Literal('unhealthy'),
  database: Type.Literal('disconnected'),
  ...ErrorBody.properties,
})

export function healthRoutes(app: App, { db }: HealthRouteDeps): void {
  serveReadiness(app, () => isDatabaseConnected(db))

  app.get(
    '/health',
    {
      config: { isVital: true },
      schema: { tags: ['Health'], summary: 'Health Check', response: { 200: Health, 503: Unhealthy } },
    },
    async (_request, reply) => {
      if (await isDatabaseConnected(db)) return { status: 'healthy', database: 'connected' } as const
      const fault = databaseAway()
      return reply
        .code(503)
        .headers(fault.headers)
        .send({ status: 'unhealthy', database: 'disconnected', ...toErrorBody(fault) } as const)
    },
  )
}
