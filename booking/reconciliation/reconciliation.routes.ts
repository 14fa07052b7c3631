import { requireAdmin } from '#booking/auth/authenticate.ts'
import type { Deps } from '#booking/deps.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { Reconciliation } from './reconciliation.schema.ts'
import { reconcile, repair } from './reconciliation.service.ts'

export function reconciliationRoutes(app: App, deps: Deps): void {
  app.get(
    '/api/reconcile',
    {
      onRequest: requireAdmin,
      schema: {
        tags: ['Operations'],
        summary: 'Compare with the CRM',
        description: 'What the Main API and the CRM disagree on. For admins.',
        response: { 200: Reconciliation, ...errorResponses(401, 403) },
      },
    },
    () => reconcile(deps),
  )

  app.post(
    '/api/reconcile',
    {
      onRequest: requireAdmin,
      schema: {
        tags: ['Operations'],
        summary: 'Repair the CRM',
        description:
          'Compares, and tells the CRM again what it lacks or has otherwise, as the sweep does every quarter of an hour. The answer says what was found. For admins.',
        response: { 200: Reconciliation, ...errorResponses(401, 403) },
      },
    },
    () => repair(deps),
  )
}
