import { useMutation } from '@tanstack/react-query'
import { tell, tellError } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import { count } from '#web/lib/format.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

/** Sends the CRM again what it lacks. */
export function useRepair() {
  return useMutation({
    mutationFn: () => call('POST /api/reconcile'),
    onSuccess({ missing, differing }) {
      const sent = missing.count + differing.count
      tell(
        sent > 0
          ? `${count(sent, 'booking is', 'bookings are')} sent to the CRM again.`
          : 'There was nothing left to repair.',
      )
    },
    onError: (error) => tellError(error, 'Nothing was repaired'),
    onSettled: () => refresh(keys.delivery.all),
  })
}
