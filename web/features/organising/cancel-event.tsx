import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Event } from '#booking/events/event.schema.ts'
import type { Scope } from '#booking/organising/event-organising.schema.ts'
import { FormError } from '#web/components/form-error.tsx'
import { count } from '#web/lib/format.ts'
import { useCancelEvent } from './organising.mutations.ts'
import { ScopeField } from './scope-field.tsx'

const REASON_MAX = 500

type Props = { event: Event | undefined; onClose: () => void }

/** Cannot be taken back: asks, and says what it means. */
export function CancelEvent({ event, onClose }: Props) {
  return (
    <Modal opened={event !== undefined} onClose={onClose} title="Cancel this event?">
      {event && <Question event={event} onClose={onClose} />}
    </Modal>
  )
}

function Question({ event, onClose }: { event: Event; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const [scope, setScope] = useState<Scope>('this')
  const { mutate, isPending, error } = useCancelEvent(onClose)
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate({ id: event.id, scope, reason })
      }}
    >
      <Stack>
        <Text>
          <strong>{event.title}</strong> is taken off the programme.{' '}
          {event.current_participants > 0
            ? `${count(event.current_participants, 'person loses a seat', 'people lose their seats')}, and the contacts are told.`
            : 'Nobody has booked it yet.'}{' '}
          This cannot be undone.
        </Text>
        {event.series_id !== null && <ScopeField label="Which?" value={scope} onChange={setScope} />}
        <Textarea
          label="Reason (optional)"
          description="Shown to those who had booked."
          maxLength={REASON_MAX}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          data-autofocus
        />
        <FormError error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" loading={isPending}>
            Cancel event
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
