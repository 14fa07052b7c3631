import { useMutation } from '@tanstack/react-query'
import { tell, tellUnmade } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { WaitlistPlace } from '#web/lib/api/contract.ts'
import { useOptimisticMutation } from '#web/lib/queries/optimistic.mutations.ts'
import { waitlistQuery } from '#web/lib/queries/waitlist.queries.ts'
import { queryClient, refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

const refreshWaitlists = () => refresh(keys.waitlist.all)

export function useJoinWaitlist(event_id: number) {
  return useMutation({
    mutationFn: (notes: string) => takePlace(event_id, notes),
    onSuccess: ({ waitlist }) =>
      queryClient.setQueryData(waitlistQuery(event_id).queryKey, { waitlist, waiting: waitlist.waiting }),
    onSettled: refreshWaitlists,
  })
}

/** Joins the waiting list. Throws `ApiError`. */
export const takePlace = (event_id: number, notes: string) =>
  call('POST /api/events/{id}/waitlist', {
    params: { id: event_id },
    body: { notes: notes.trim() || null },
  })

type Known = { waitlist: WaitlistPlace | null; waiting: number }

export const useLeaveWaitlist = (event_id: number) =>
  useOptimisticMutation({
    shownIn: keys.waitlist.event(event_id),
    change: (known: Known) =>
      known.waitlist ? { ...known, waitlist: null, waiting: known.waiting - 1 } : known,
    mutationFn: () => call('DELETE /api/events/{id}/waitlist', { params: { id: event_id } }),
    onSuccess: () => tell('You have left the waiting list.'),
    onError: (error) =>
      tellUnmade(error, 'You are still on the waiting list', 'You may still be on the waiting list'),
    readAgain: refreshWaitlists,
  })
