import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { NoteField } from '#web/components/event/note-field.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import type { Booking, Event } from '#web/lib/api/contract.ts'
import { useDraft } from '#web/lib/forms/drafts.ts'
import { useEditNote } from './booking.mutations.ts'

/** The note that the reader has sent along, which they can change until the event is over. */
export function OwnNote({ booking, event }: { booking: Booking; event: Event }) {
  const [isOpen, setOpen] = useState(false)
  if (isOpen) return <Editor booking={booking} event={event} onDone={() => setOpen(false)} />
  return (
    <Text size="sm">
      {booking.notes && (
        <>
          Your note: <bdi>{booking.notes}</bdi> ·{' '}
        </>
      )}
      <Anchor component="button" type="button" inherit underline="always" onClick={() => setOpen(true)}>
        {booking.notes ? 'Edit note' : 'Add a note for the facilitator'}
      </Anchor>
    </Text>
  )
}

function Editor({ booking, event, onDone }: { booking: Booking; event: Event; onDone: () => void }) {
  const { mutate, isPending, error } = useEditNote()
  const [draft, setDraft] = useDraft(`own-note.${booking.id}`)
  const [notes, setNotes] = useState(draft || (booking.notes ?? ''))
  const type = (text: string) => {
    setNotes(text)
    setDraft(text)
  }
  const form = useRef<HTMLFormElement>(null)
  // The link that had the focus is gone.
  useEffect(() => form.current?.querySelector('textarea')?.focus(), [])
  const done = () => {
    setDraft('')
    onDone()
  }
  return (
    <form
      ref={form}
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate({ id: booking.id, notes }, { onSuccess: done })
      }}
    >
      <Stack gap="sm">
        <NoteField event={event} notes={notes} onChange={type} />
        <FormError error={error} />
        <Group gap="sm">
          <Button type="submit" loading={isPending}>
            Save note
          </Button>
          <Button variant="subtle" onClick={done}>
            Discard changes
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
