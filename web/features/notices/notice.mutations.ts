import { useMutation } from '@tanstack/react-query'
import { tellError } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { Notice } from '#web/lib/api/contract.ts'
import { refresh, showAtOnce } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

/** Optimistic: they leave at once, on every device of the reader, and come back if that cannot be noted. */
export function useSeeNotices() {
  return useMutation({
    mutationFn: (ids: string[]) => call('PUT /api/notices/seen', { body: { ids } }),
    onMutate: (ids) =>
      showAtOnce<{ notices: Notice[] }>(keys.notices, ({ notices }) => ({
        notices: notices.filter(({ id }) => !ids.includes(id)),
      })),
    onError(error, _ids, shown) {
      shown?.undo()
      tellError(error, 'That could not be noted')
    },
    onSettled: () => refresh(keys.notices),
  })
}
