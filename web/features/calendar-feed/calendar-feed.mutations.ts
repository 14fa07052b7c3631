import { useMutation } from '@tanstack/react-query'
import { tell, tellError } from '#web/components/feedback/toast.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import { call } from '#web/lib/api/call.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

/** Answers with the private address of the feed, which the API tells only once. An older address stops working. */
export function useOpenFeed() {
  return useMutation({
    mutationFn: () => call('POST /api/bookings/calendar-token'),
    onError: (error) => tellError(error),
    onSettled: refreshAccount,
  })
}

export function useCloseFeed(onSettled: () => void) {
  return useMutation({
    mutationFn: () => call('DELETE /api/bookings/calendar-token'),
    onSuccess: () => tell('Your calendar subscription is off. Its link no longer works.'),
    onError: (error) =>
      hasCode(error, 'calendar_token_not_found') ? tell('It was off already.') : tellError(error),
    onSettled() {
      onSettled()
      refreshAccount()
    },
  })
}

const refreshAccount = () => void refresh(keys.account.own)
