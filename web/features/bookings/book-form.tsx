import { Button, Stack, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Event } from '#booking/events/event.schema.ts'
import { FormError } from '#web/components/form-error.tsx'
import { TextLink } from '#web/components/links.tsx'
import { hasCode } from '#web/lib/api-error.ts'
import { paths } from '#web/paths.ts'
import { useBook } from './booking.mutations.ts'

const NOTES_MAX = 2_000

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
        <Textarea
          label={`A note for ${event.facilitator.name} (optional)`}
          placeholder="Anything they should know"
          maxLength={NOTES_MAX}
          value={notes}
          onChange={({ currentTarget }) => setNotes(currentTarget.value)}
        />
        <FormError error={error} />
        {hasCode(error, 'overlapping_booking') && (
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
