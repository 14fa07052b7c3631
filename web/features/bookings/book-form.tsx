import { Button, Stack, Text } from '@mantine/core'
import { TextLink } from '#web/components/controls/links.tsx'
import { formOf } from '#web/components/event/form-of.ts'
import { NoteField } from '#web/components/event/note-field.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { useDraft } from '#web/lib/forms/drafts.ts'
import { paths } from '#web/paths.ts'
import { isUnanswered, useBook } from './booking.mutations.ts'

/** Errors that cancelling another booking may resolve. */
const SEE_WHAT_IS_HELD = ['overlapping_booking', 'too_many_ahead']

/** `fault`: of an attempt that was made before this form was there. */
type Props = { event: Event; fault: unknown }

export function BookForm({ event, fault }: Props) {
  const [notes, setNotes] = useDraft(`note.${event.id}`)
  const { mutate, isPending, error } = useBook(event.id)
  return (
    <form
      id={formOf(event)}
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate(notes, { onSuccess: () => setNotes('') })
      }}
    >
      <Stack gap="md">
        <NoteField event={event} notes={notes} onChange={setNotes} />
        {isUnanswered(event.id) && !error && <NoAnswer />}
        <FormError error={error ?? fault} />
        {SEE_WHAT_IS_HELD.some((code) => hasCode(error ?? fault, code)) && (
          <TextLink to={paths.bookings} underline="always">
            See your bookings
          </TextLink>
        )}
        <Button type="submit" size="lg" loading={isPending}>
          Book your seat
        </Button>
      </Stack>
    </form>
  )
}

/** After a reload in the middle of booking. */
function NoAnswer() {
  return (
    <Text size="sm" role="status">
      Your last try was not answered. Book again: you get one seat, also if that try has arrived.
    </Text>
  )
}
