import { tellUnmade } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { Notice } from '#web/lib/api/contract.ts'
import { useOptimisticMutation } from '#web/lib/queries/optimistic.mutations.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

/** Optimistic: they leave at once, on every device of the reader, and come back if that cannot be noted. */
export const useSeeNotices = () =>
  useOptimisticMutation({
    shownIn: keys.notices,
    change: ({ notices }: { notices: Notice[] }, ids: string[]) => ({
      notices: notices.filter(({ id }) => !ids.includes(id)),
    }),
    mutationFn: (ids: string[]) => call('PUT /api/notices/seen', { body: { ids } }),
    onError: (error) =>
      tellUnmade(
        error,
        'Not noted: that you have seen the news',
        'Perhaps not noted: that you have seen the news',
      ),
    readAgain: () => refresh(keys.notices),
  })
