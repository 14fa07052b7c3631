import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { CountedTextarea } from '#web/components/controls/counted.tsx'
import { GuardedModal, useUnsaved } from '#web/components/controls/guarded.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import type { Event, Scope } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { count } from '#web/lib/format.ts'
import { partsQuery } from '#web/lib/queries/event.queries.ts'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { phaseOf } from '#web/lib/time/event-time.rules.ts'
import { lossInWords } from './consequences/cancel.rules.ts'
import { bookingsOf } from './consequences/dates.rules.ts'
import { useDates } from './consequences/use-dates.ts'
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
  const [withParts, setWithParts] = useState(false)
  const parts = useQuery({ ...partsQuery(event.id), enabled: event.parent_event_id === null }).data?.events
  const ahead = parts?.filter((part) => phaseOf(part, serverNow()) === 'upcoming').length ?? 0
  const asksForParts = scope === 'this' ? ahead > 0 : event.event_type === 'RETREAT'
  const dates = useDates(event, scope)
  const { mutate, isPending, error } = useCancelEvent(onClose)
  const sendsMail = useSendsMail()
  const toldBy = sendsMail
    ? 'They get a mail, and see it on their home page when they log in. Call them if it is soon.'
    : 'They see it on their home page when they log in. Write to them or call them if it is soon.'
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate({ id: event.id, scope, reason, withParts: asksForParts && withParts })
      }}
    >
      <Stack>
        <Text>
          <strong>
            <bdi>{event.title}</bdi>
          </strong>{' '}
          is taken off the programme. {lossInWords(dates, scope !== 'this')}{' '}
          {dates && bookingsOf(dates) === 0 ? '' : toldBy} This cannot be undone.
        </Text>
        {event.series_id !== null && <ScopeField label="Which?" value={scope} onChange={setScope} />}
        {asksForParts && (
          <Checkbox
            size="md"
            label={`Also cancel ${scope === 'this' ? `its ${count(ahead, 'session')}` : 'the sessions that are part of them'}`}
            description="Otherwise they stay on the programme, and those who have booked them keep their seats."
            checked={withParts}
            onChange={({ currentTarget }) => setWithParts(currentTarget.checked)}
          />
        )}
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
