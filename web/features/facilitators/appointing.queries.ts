import { useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type {
  CreateFacilitator,
  FacilitatorChanged,
  UpdateFacilitator,
} from '#booking/facilitators/facilitator.schema.ts'
import { tell } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { queryClient } from '#web/lib/query-client.ts'

type Changed = Static<typeof FacilitatorChanged>

function refreshFacilitators(): void {
  for (const queryKey of [['facilitators'], ['account'], ['events'], ['programme']])
    void queryClient.invalidateQueries({ queryKey })
}

export function useAppoint() {
  return useMutation({
    mutationFn: (body: CreateFacilitator) => request<Changed>('/api/facilitators/', { method: 'POST', body }),
    // Whether the address had an account already is what an admin has to know.
    onSuccess: ({ message, facilitator }) => tell(`${facilitator.name}: ${message}`),
    onSettled: refreshFacilitators,
  })
}

export function useUpdateFacilitator(id: number) {
  return useMutation({
    mutationFn: (body: UpdateFacilitator) =>
      request<Changed>(`/api/facilitators/${id}`, { method: 'PUT', body }),
    onSuccess: ({ facilitator }) => tell(`${facilitator.name} is saved.`),
    onSettled: refreshFacilitators,
  })
}
