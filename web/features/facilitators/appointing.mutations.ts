import { useMutation } from '@tanstack/react-query'
import { tell } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { CreateFacilitator, UpdateFacilitator } from '#web/lib/api/contract.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

function refreshFacilitators(): void {
  void refresh(keys.facilitators.all, keys.account.own, keys.events.all)
}

export function useAppoint() {
  return useMutation({
    mutationFn: (body: CreateFacilitator) => call('POST /api/facilitators/', { body }),
    // The message says whether the address had an account already.
    onSuccess: ({ message, facilitator }) => tell(`${facilitator.name}: ${message}`),
    onSettled: refreshFacilitators,
  })
}

export function useUpdateFacilitator(id: number) {
  return useMutation({
    mutationFn: (body: UpdateFacilitator) => call('PUT /api/facilitators/{id}', { params: { id }, body }),
    onSuccess: ({ facilitator }) => tell(`${facilitator.name} is saved.`),
    onSettled: refreshFacilitators,
  })
}
