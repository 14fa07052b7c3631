import type { App } from '#shared/http/app.ts'
import { serveMetrics } from '#shared/http/observability/metrics.ts'
import { serveOpenApi } from '#shared/http/openapi.ts'
import { createServer } from '#shared/http/server.ts'
import { requireBearer } from './auth/authenticate.ts'
import { crmStatusChangeRoutes } from './crm-status-changes/crm-status-change.routes.ts'
import type { Deps } from './deps.ts'
import { erasureRoutes } from './erasures/erasure.routes.ts'
import { facilitatorRoutes } from './facilitators/facilitator.routes.ts'
import { feedRoutes } from './feed/feed.routes.ts'
import { intakeRoutes } from './intake/intake.routes.ts'
import { notificationRoutes } from './notifications/notification.routes.ts'
import { healthRoutes } from './operations/health.routes.ts'
import { reconciliationRoutes } from './reconciliation/reconciliation.routes.ts'

const API = {
  title: 'Stillpoint CRM Service',
  version: '1.0.0',
  description:
    'What the Main API has told about bookings, and how far each customer has been looked after. Times are naive UTC, `YYYY-MM-DDTHH:MM:SS`.',
}

/** Builds the CRM service, which does not listen yet. */
export async function buildApp(deps: Deps): Promise<App> {
  const { registry } = deps.metrics
  const app = await createServer({ ...deps.config, log: deps.log, registry })
  await serveOpenApi(app, API)
  await app.register(async (open: App) => {
    healthRoutes(open, deps)
    serveMetrics(open, registry, deps.config.metricsToken)
  })
  await app.register(async (secured: App) => {
    requireBearer(secured, deps)
    intakeRoutes(secured, deps)
    notificationRoutes(secured, deps)
    crmStatusChangeRoutes(secured, deps)
    facilitatorRoutes(secured, deps)
    feedRoutes(secured, deps)
    reconciliationRoutes(secured, deps)
    erasureRoutes(secured, deps)
  })
  return app
}
