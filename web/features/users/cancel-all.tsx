import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { type Person, useCancelAll } from './user.mutations.ts'

const REASON_MAX = 500

type Props = {
  person: Person | undefined
  /** Admins cancel everything, facilitators what is with them. */
  isAdmin: boolean
  onClose: () => void
}

/** For whoever holds seats that they will not use, or should not have. */
export function CancelAll({ person, isAdmin, onClose }: Props) {
  const title = person ? `Cancel all bookings of ${person.first_name} ${person.last_name}?` : ''
  return (
    <Modal opened={person !== undefined} onClose={onClose} title={title}>
      {person && <Question person={person} isAdmin={isAdmin} onClose={onClose} />}
    </Modal>
  )
}

function Question({ person, isAdmin, onClose }: Props & { person: Person }) {
  const [reason, setReason] = useState('')
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
          {person.first_name} gives up every seat and every place in a waiting list,{' '}
          {isAdmin ? 'at all events to come' : 'at the events to come that you lead'}. The seats go to whoever
          is waiting, so this cannot be undone. The account stays open, and can book again.
        </Text>
        <Textarea
          label="Reason (optional)"
          description={`Shown to ${person.first_name}.`}
          maxLength={REASON_MAX}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
        />
        <FormError error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep them
          </Button>
          <Button type="submit" loading={isPending}>
            Cancel all bookings
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
