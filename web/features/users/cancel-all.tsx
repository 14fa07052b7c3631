import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { CountedTextarea } from '#web/components/controls/counted.tsx'
import { GuardedModal, useUnsaved } from '#web/components/controls/guarded.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { fullName } from '#web/lib/text/names.ts'
import { type Person, useCancelAll } from './user.mutations.ts'

const REASON_MAX = 500

type Props = {
  person: Person | undefined
  /** Admins cancel all upcoming bookings, facilitators those of their own events. */
  isAdmin: boolean
  onClose: () => void
}

/** Cancels all upcoming bookings of a person, after confirmation. */
export function CancelAll({ person, isAdmin, onClose }: Props) {
  const title = person ? `Cancel all bookings of ${fullName(person)}?` : ''
  return (
    <GuardedModal opened={person !== undefined} onClose={onClose} title={title}>
      {person && <Question person={person} isAdmin={isAdmin} onClose={onClose} />}
    </GuardedModal>
  )
}

function Question({ person, isAdmin, onClose }: Props & { person: Person }) {
  const [reason, setReason] = useState('')
  useUnsaved(reason.trim() !== '')
  const { mutate, isPending, error } = useCancelAll(person, onClose)
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        mutate(reason)
      }}
    >
      <Stack>
        <Text>
          {person.first_name} loses every seat and every place in a waiting list,{' '}
          {isAdmin ? 'at all upcoming events' : 'at upcoming events that you lead'}. The seats go to people on
          the waiting lists, so this cannot be undone. The account stays open, and can book again.
        </Text>
        <CountedTextarea
          label="Reason (optional)"
          description={`Shown to ${person.first_name}.`}
          max={REASON_MAX}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <FormError error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep bookings
          </Button>
          <Button type="submit" loading={isPending}>
            Cancel all bookings
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
