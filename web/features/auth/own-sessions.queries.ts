import { queryOptions, useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { OwnSession, OwnSessions } from '#booking/identity/sessions/own-session.schema.ts'
import { tell, tellError } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { queryClient } from '#web/lib/query-client.ts'

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: ({ signal }) => request<Static<typeof OwnSessions>>('/api/auth/sessions', { signal }),
})

/** Of another device. This one logs out by itself, which also forgets what was read. */
export function useEndSession() {
  return useMutation({
    mutationFn: ({ id }: OwnSession) =>
      request(`/api/auth/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSuccess: (_ended, { device }) => tell(`${device} is logged out.`),
    onError: (error) => tellError(error, 'It is still logged in'),
    onSettled: () => void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
}
