import { useMutation } from '@tanstack/react-query'
import { tell, tellError } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'

export function useRetryMail() {
  return useMutation({
    mutationFn: (id: number) => call('POST /api/mail/{id}/retry', { params: { id } }),
    onSuccess: ({ mail }) => tell(`The mail to ${mail.user.name} is sent as soon as possible.`),
    onError: (error) => tellError(error, 'It is not sent again'),
    onSettled: () => refresh(keys.mail.all, keys.auditLog.all),
  })
}
