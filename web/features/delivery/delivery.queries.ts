import { queryOptions, useMutation } from '@tanstack/react-query'
import type { DeliveryHealth } from '#booking/crm-link/outbox/delivery.schema.ts'
import type { Reconciliation } from '#booking/crm-link/reconciliation/reconciliation.schema.ts'
import { tell, tellError } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { count } from '#web/lib/format.ts'
import { queryClient } from '#web/lib/query-client.ts'

const ALL = ['delivery'] as const
const LOOK_EVERY_MS = 5_000

export const deliveryQuery = queryOptions({
  queryKey: [...ALL, 'health'],
  queryFn: ({ signal }) => request<DeliveryHealth>('/api/delivery', { signal }),
  refetchInterval: LOOK_EVERY_MS,
})

/** Looks at every booking of both sides, so it is only done when somebody asks. */
export const reconciliationQuery = queryOptions({
  queryKey: [...ALL, 'reconciliation'],
  queryFn: ({ signal }) => request<Reconciliation>('/api/reconcile', { signal }),
  staleTime: 60_000,
})

export function useRepair() {
  return useMutation({
    mutationFn: () => request<Reconciliation>('/api/reconcile', { method: 'POST' }),
    onSuccess({ missing, differing }) {
      const told = missing.count + differing.count
      tell(
        told > 0
          ? `The CRM is told again about ${count(told, 'booking')}.`
          : 'There was nothing to repair any more.',
      )
    },
    onError: (error) => tellError(error, 'Nothing was repaired'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ALL }),
  })
}
