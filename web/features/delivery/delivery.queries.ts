import { queryOptions } from '@tanstack/react-query'
import { call } from '#web/lib/api/call.ts'
import { keys } from '#web/lib/query-keys.ts'

const POLL_MS = 5_000

export const deliveryQuery = queryOptions({
  queryKey: keys.delivery.health,
  queryFn: ({ signal }) => call('GET /api/delivery', { signal }),
  refetchInterval: POLL_MS,
})

/** Compares every booking of both services, so it is not polled. */
export const reconciliationQuery = queryOptions({
  queryKey: keys.delivery.reconciliation,
  queryFn: ({ signal }) => call('GET /api/reconcile', { signal }),
  staleTime: 60_000,
})
