import * as crmErasureStore from '#booking/crm-link/erasures/crm-erasure.store.ts'
import type { Db } from '#booking/database/database.ts'
import { requireAdmin } from '#booking/identity/sessions/authenticate.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import type { CircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { DeliveryHealth } from './delivery.schema.ts'
import * as outboxStore from './outbox.store.ts'

type DeliveryRouteDeps = { clock: Clock; db: Db; crm: { breaker: CircuitBreaker } }

export function deliveryRoutes(
  app: App,
  { db, clock, crm: { breaker: crmBreaker } }: DeliveryRouteDeps,
): void {
  app.get(
    '/api/delivery',
    {
      onRequest: requireAdmin,
      schema: {
        tags: ['Operations'],
        summary: 'Health of the Delivery to the CRM',
        description: 'What waits to be told to the CRM, and since when. For admins.',
        response: { 200: DeliveryHealth, ...errorResponses(401, 403) },
      },
    },
    async () => {
      const [{ count, oldest_at }, erasures_waiting] = await Promise.all([
        outboxStore.summarise(db),
        crmErasureStore.countWaiting(db),
      ])
      return {
        waiting: count,
        oldest_at: oldest_at && toWireTime(oldest_at),
        is_crm_away: crmBreaker.isOpen(),
        erasures_waiting,
        checked_at: toWireTime(clock.now()),
      }
    },
  )
}
