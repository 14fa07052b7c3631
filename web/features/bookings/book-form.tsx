import { Button, Stack } from '@mantine/core'
import { TextLink } from '#web/components/controls/links.tsx'
import { NoteField } from '#web/components/event/note-field.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { useDraft } from '#web/lib/forms/drafts.ts'
import { paths } from '#web/paths.ts'
import { useBook } from './booking.mutations.ts'

/** Errors that cancelling another booking may resolve. */
const SEE_WHAT_IS_HELD = ['overlapping_booking', 'too_many_ahead']

export function BookForm({ event }: { event: Event }) {
  const [notes, setNotes] = useDraft(`note.${event.id}`)
  const { mutate, isPending, error } = useBook(event.id)
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate(notes, { onSuccess: () => setNotes('') })
      }}
    >
      <Stack gap="md">
        <NoteField event={event} notes={notes} onChange={setNotes} />
        <FormError error={error} />
        {SEE_WHAT_IS_HELD.some((code) => hasCode(error, code)) && (
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
