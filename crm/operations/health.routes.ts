import Type from 'typebox'
import type { CrmConfig } from '#crm/config.ts'
import type { Db } from '#crm/database/database.ts'
import * as statisticsStore from '#crm/statistics/statistics.store.ts'
import { isDatabaseConnected } from '#shared/db/database-health.ts'
import { databaseAway, toErrorBody } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { serveReadiness } from '#shared/http/ready.ts'
import { ErrorBody, WireTime } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

type HealthRouteDeps = { config: Pick<CrmConfig, 'port'>; clock: Clock; db: Db }

const SERVICE = 'CRM Notification Service'

const ENDPOINTS = [
  '/health',
  '/api/notify',
  '/api/bookings',
  '/api/facilitators/{id}/bookings',
  '/api/facilitators/{id}/dashboard',
  '/api/bookings/{id}',
  '/api/bookings/{id}/status',
]

const Health = Type.Object({
  status: Type.Literal('healthy'),
  service: Type.Literal(SERVICE),
  port: Type.Integer(),
  timestamp: WireTime,
  notifications_received: Type.Integer(),
  unique_facilitators: Type.Integer(),
  unique_events: Type.Integer(),
  endpoints: Type.Array(Type.String()),
})
const Unhealthy = Type.Object({
  status: Type.Literal('unhealthy'),
  service: Type.Literal(SERVICE),
  database: Type.Literal('disconnected'),
  ...ErrorBody.properties,
})

export function healthRoutes(app: App, { db, clock, config }: HealthRouteDeps): void {
  serveReadiness(app, () => isDatabaseConnected(db))

  app.get(
    '/health',
    {
      config: { isVital: true },
      schema: { tags: ['Health'], summary: 'CRM Health Check', response: { 200: Health, 503: Unhealthy } },
    },
    async (_request, reply) => {
      if (await isDatabaseConnected(db)) {
        const timestamp = toWireTime(clock.now())
        const totals = await statisticsStore.getTotals(db)
        const about = { service: SERVICE, port: config.port, timestamp } as const
        const counts = {
          notifications_received: totals.notifications,
          unique_facilitators: totals.facilitators,
          unique_events: totals.events,
        }
        return { status: 'healthy', ...about, ...counts, endpoints: ENDPOINTS } as const
      }
      const fault = databaseAway()
      return reply
        .code(503)
        .headers(fault.headers)
        .send({
          status: 'unhealthy',
          service: SERVICE,
          database: 'disconnected',
          ...toErrorBody(fault),
        } as const)
    },
  )
}
