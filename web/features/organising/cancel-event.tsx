import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { CountedTextarea } from '#web/components/controls/counted.tsx'
import { GuardedModal, useUnsaved } from '#web/components/controls/guarded.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import type { Event, Scope } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import { ScopeField } from './form/scope-field.tsx'
import { useCancelEvent } from './organising.mutations.ts'

const REASON_MAX = 500

type Props = { event: Event | undefined; onClose: () => void }

/** Asks for confirmation: cancelling an event has no undo. */
export function CancelEvent({ event, onClose }: Props) {
  return (
    <GuardedModal opened={event !== undefined} onClose={onClose} title="Cancel this event?">
      {event && <Question event={event} onClose={onClose} />}
    </GuardedModal>
  )
}

function Question({ event, onClose }: { event: Event; onClose: () => void }) {
  const [reason, setReason] = useState('')
  useUnsaved(reason.trim() !== '')
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
          <strong>
            <bdi>{event.title}</bdi>
          </strong>{' '}
          is taken off the programme.{' '}
          {event.current_participants > 0
            ? `${count(event.current_participants, 'person loses a seat', 'people lose their seats')}. They see it on their home page and among their bookings when they log in; write to them or call them if it is soon.`
            : 'Nobody has booked it yet.'}{' '}
          This cannot be undone.
        </Text>
        {event.series_id !== null && <ScopeField label="Which?" value={scope} onChange={setScope} />}
        <CountedTextarea
          label="Reason (optional)"
          description="Those who had booked see it with the cancelled event."
          max={REASON_MAX}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          data-autofocus
        />
        <FormError error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep event
          </Button>
          <Button type="submit" loading={isPending}>
            Cancel event
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
