import { Button, Stack, Text } from '@mantine/core'
import { TextLink } from '#web/components/controls/links.tsx'
import { formOf } from '#web/components/event/form-of.ts'
import { NoteField } from '#web/components/event/note-field.tsx'
import { ConfirmButton } from '#web/components/feedback/confirm-button.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import type { Event, WaitlistPlace } from '#web/lib/api/contract.ts'
import { placeInLine } from '#web/lib/format.ts'
import { useDraft } from '#web/lib/forms/drafts.ts'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { paths } from '#web/paths.ts'
import { useJoinWaitlist, useLeaveWaitlist } from './waitlist.mutations.ts'
import { promiseInWords } from './waitlist.rules.ts'

/** `fault`: of an attempt that was made before this form was there. */
export function JoinWaitlist({ event, fault }: { event: Event; fault: unknown }) {
  const [notes, setNotes] = useDraft(`note.${event.id}`)
  const { mutate, isPending, error } = useJoinWaitlist(event.id)
  return (
    <form
      id={formOf(event)}
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate(notes, { onSuccess: () => setNotes('') })
      }}
    >
      <Stack gap="md">
        <Text c="dimmed">
          Every seat is taken. When one becomes free it is booked for the first person in line. There is no
          need to hurry.
        </Text>
        <NoteField event={event} notes={notes} onChange={setNotes} />
        <FormError error={error ?? fault} />
        {hasCode(error, 'too_many_ahead') && (
          <TextLink to={paths.bookings} underline="always">
            See your bookings
          </TextLink>
        )}
        <Button type="submit" size="lg" loading={isPending}>
          Join the waiting list
        </Button>
      </Stack>
    </form>
  )
}

export function OwnPlace({ place: { event_id, position, waiting } }: { place: WaitlistPlace }) {
  const { mutate, isPending } = useLeaveWaitlist(event_id)
  const sendsMail = useSendsMail() === true
  return (
    <Stack gap="md">
      <Stack gap={4} role="status">
        <Text fw={600}>You are {placeInLine(position)} in line.</Text>
        <Text c="dimmed" size="sm">
          {waiting === 1 ? 'Nobody else is waiting.' : `${waiting} people are waiting.`}{' '}
          {promiseInWords(position, sendsMail)}
        </Text>
      </Stack>
      <ConfirmButton
        label="Leave the waiting list"
        question="Leave the waiting list?"
        keep="Keep my place"
        confirm="Leave the list"
        isBusy={isPending}
        onConfirm={() => mutate()}
      >
        <Text>If you join again later, you start at the end of the line.</Text>
      </ConfirmButton>
    </Stack>
  )
}
