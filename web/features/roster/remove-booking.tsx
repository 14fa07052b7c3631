import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { FormError } from '#web/components/feedback/form-error.tsx'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { waitlistQuery } from '#web/lib/queries/waitlist.queries.ts'
import { fullName } from '#web/lib/text/names.ts'
import { useRemoveBooking } from './roster.mutations.ts'
import { consequencesInWords } from './roster.rules.ts'

type Props = { event_id: number; entry: RosterEntry | undefined; onClose: () => void }

/** Cancels somebody's booking, after confirmation. */
export function RemoveBooking({ event_id, entry, onClose }: Props) {
  const { mutate, isPending, error, reset } = useRemoveBooking(event_id, onClose)
  const sendsMail = useSendsMail() === true
  const waiting = useQuery(waitlistQuery(event_id)).data?.waiting ?? 0
  const close = () => {
    reset()
    onClose()
  }
  return (
    <Modal opened={entry !== undefined} onClose={close} title="Cancel their booking?">
      {entry && (
        <Stack>
          <Text>
            <bdi>{fullName(entry.user)}</bdi> loses the seat
            {waiting > 0 && ', and it goes to the first person on the waiting list'}.
          </Text>
          <Text>{consequencesInWords(entry, sendsMail)}</Text>
          <FormError error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Keep booking
            </Button>
            <Button loading={isPending} onClick={() => mutate(entry)}>
              Cancel booking
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
