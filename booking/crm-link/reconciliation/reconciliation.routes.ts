import { requireAdmin } from '#booking/identity/sessions/authenticate.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { Reconciliation } from './reconciliation.schema.ts'
import { type ReconciliationDeps, reconcile, repair } from './reconciliation.service.ts'

type ReconciliationRouteDeps = ReconciliationDeps

export function reconciliationRoutes(app: App, deps: ReconciliationRouteDeps): void {
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
