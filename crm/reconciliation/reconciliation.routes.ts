import type { Db } from '#crm/database/database.ts'
import {
  BookingStates,
  RangeDigests,
  ReconciliationQuery,
  SPAN_MAX,
} from '#shared/contracts/reconciliation.schema.ts'
import { invalidFields } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import * as reconciliationStore from './reconciliation.store.ts'

type ReconciliationRouteDeps = { db: Db }

const tags = ['Reconciliation']

const badSpan = () =>
  invalidFields([{ field: 'to', message: `must not be below from, nor ${SPAN_MAX} or more beyond it` }])

/** Digests of the CRM's bookings, which the Main API compares with its own every 15 minutes. */
export function reconciliationRoutes(app: App, { db }: ReconciliationRouteDeps): void {
  app.get(
    '/api/reconcile',
    {
      schema: {
        tags,
        summary: 'Get Digests of Known Bookings',
        querystring: ReconciliationQuery,
        response: { 200: RangeDigests, ...errorResponses(401) },
      },
    },
    async ({ query }) => ({ ranges: await reconciliationStore.listDigests(db, checked(query)) }),
  )

  app.get(
    '/api/reconcile/bookings',
    {
      schema: {
        tags,
        summary: 'Get Known Bookings',
        querystring: ReconciliationQuery,
        response: { 200: BookingStates, ...errorResponses(401) },
      },
    },
    async ({ query }) => ({ bookings: await reconciliationStore.listStates(db, checked(query)) }),
  )
}

function checked(span: reconciliationStore.IdSpan): reconciliationStore.IdSpan {
  if (span.to < span.from || span.to - span.from >= SPAN_MAX) throw badSpan()
  return span
}
