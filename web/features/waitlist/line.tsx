import { Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { Event } from '#booking/events/event.schema.ts'
import type { WaitlistPlace } from '#booking/waitlist/waitlist.schema.ts'
import { ConfirmButton } from '#web/components/confirm-button.tsx'
import { FormError } from '#web/components/form-error.tsx'
import { TextLink } from '#web/components/links.tsx'
import { NoteField } from '#web/features/bookings/note-field.tsx'
import { hasCode } from '#web/lib/api-error.ts'
import { placeInLine } from '#web/lib/format.ts'
import { paths } from '#web/paths.ts'
import { useJoinWaitlist, useLeaveWaitlist } from './waitlist.queries.ts'

export function JoinLine({ event }: { event: Event }) {
  const [notes, setNotes] = useState('')
  const { mutate, isPending, error } = useJoinWaitlist(event.id)
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate(notes)
      }}
    >
      <Stack gap="md">
        <Text c="dimmed">
          Every seat is taken. When one becomes free it is yours if you are first in line: you need not hurry,
          and it shows here at once.
        </Text>
        <NoteField event={event} notes={notes} onChange={setNotes} />
        <FormError error={error} />
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
  return (
    <Stack gap="md">
      <Stack gap={4} role="status">
        <Text fw={600}>You are {placeInLine(position)} in line.</Text>
        <Text c="dimmed" size="sm">
          {waiting === 1 ? 'Nobody else is waiting.' : `${waiting} people are waiting.`} A seat that becomes
          free is booked for you, and this page tells you.
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
        <Text>Whoever comes back later begins at the end of the line.</Text>
      </ConfirmButton>
    </Stack>
  )
}
