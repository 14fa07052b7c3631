import { useMutation } from '@tanstack/react-query'
import { tell } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import { attempt } from '#web/lib/forms/attempt-key.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { type MessageValues, peopleInWords } from './message.rules.ts'

/** The mail as people would get it. */
export function usePreview(event_id: number) {
  return useMutation({
    mutationFn: ({ subject, text }: MessageValues) =>
      call('POST /api/events/{id}/messages/preview', { params: { id: event_id }, body: { subject, text } }),
  })
}

/** Has no undo: mails are on their way within seconds. */
export function useSend(event_id: number, onSent: () => void) {
  return useMutation({
    mutationFn: (body: MessageValues) =>
      attempt(`message.${event_id}`, body, (headers) =>
        call('POST /api/events/{id}/messages', { params: { id: event_id }, body, headers }),
      ),
    onSuccess({ people }) {
      tell(`Your message is on its way to ${peopleInWords(people)}.`)
      onSent()
    },
    onSettled: () => refresh(keys.messages.audience(event_id), keys.auditLog.all, keys.mail.all),
  })
}
