import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import type { Event } from '#booking/events/event.schema.ts'
import { FormError } from '#web/components/form-error.tsx'
import { TextLink } from '#web/components/links.tsx'
import { hasCode } from '#web/lib/api-error.ts'
import { paths } from '#web/paths.ts'
import { useBook } from './booking.mutations.ts'
import { NoteField } from './note-field.tsx'

/** What stands in the way is another booking of one's own, and may be given up. */
const SEE_WHAT_IS_HELD = ['overlapping_booking', 'too_many_ahead']

export function BookForm({ event }: { event: Event }) {
  const [notes, setNotes] = useState('')
  const { mutate, isPending, error } = useBook(event.id)
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate(notes)
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
