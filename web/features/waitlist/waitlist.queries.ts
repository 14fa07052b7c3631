import { queryOptions, useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { OwnWaitlist, WaitlistJoined, WaitlistOfEvent } from '#booking/waitlist/waitlist.schema.ts'
import { tell, tellError } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { queryClient, showAtOnce } from '#web/lib/query-client.ts'

type Line = Static<typeof WaitlistOfEvent>

const ALL = ['waitlist'] as const

/** One's own place, and how many wait. */
export const waitlistQuery = (event_id: number) =>
  queryOptions({
    queryKey: [...ALL, event_id],
    queryFn: ({ signal }) => request<Line>(`/api/events/${event_id}/waitlist`, { signal }),
  })

/** All lines that one stands in. */
export const ownWaitlistQuery = queryOptions({
  queryKey: [...ALL, 'own'],
  queryFn: ({ signal }) =>
    request<Static<typeof OwnWaitlist>>('/api/bookings/waitlist?per_page=100', { signal }),
})

const refreshLines = () => queryClient.invalidateQueries({ queryKey: ALL })

export function useJoinWaitlist(event_id: number) {
  return useMutation({
    mutationFn: (notes: string) =>
      request<Static<typeof WaitlistJoined>>(`/api/events/${event_id}/waitlist`, {
        method: 'POST',
        body: { notes: notes.trim() || null },
      }),
    onSuccess: ({ waitlist }) =>
      queryClient.setQueryData<Line>([...ALL, event_id], { waitlist, waiting: waitlist.waiting }),
    onSettled: refreshLines,
  })
}

export function useLeaveWaitlist(event_id: number) {
  return useMutation({
    mutationFn: () => request(`/api/events/${event_id}/waitlist`, { method: 'DELETE' }),
    onMutate: () =>
      showAtOnce<Line>([...ALL, event_id], (line) => ({
        ...line,
        waitlist: null,
        waiting: line.waiting - 1,
      })),
    onSuccess: () => tell('You have left the waiting list.'),
    onError(error, _nothing, shown) {
      shown?.undo()
      tellError(error, 'You are still on the waiting list')
    },
    onSettled: refreshLines,
  })
}
