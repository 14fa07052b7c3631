import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { eventQuery } from '#web/features/events/event.queries.ts'
import { type Cancellable, useCancelBooking } from './booking.mutations.ts'
import { deadlineOf, policyInWords } from './deadline.rules.ts'

/** Asks once, says what it means, and can be taken back as long as nobody else has the seat. */
export function CancelBooking({ booking }: { booking: Cancellable }) {
  const [isOpen, { open, close }] = useDisclosure()
  const cancel = useCancelBooking()
  const confirm = () => {
    close()
    cancel.mutate(booking)
  }
  return (
    <>
      <Button variant="default" onClick={open} aria-haspopup="dialog">
        Cancel booking
      </Button>
      <Modal opened={isOpen} onClose={close} title="Cancel this booking?">
        <Question event={booking.event} onConfirm={confirm} onClose={close} />
      </Modal>
    </>
  )
}

type QuestionProps = { event: Cancellable['event']; onConfirm: () => void; onClose: () => void }

function Question({ event: { id, title }, onConfirm, onClose }: QuestionProps) {
  const event = useQuery(eventQuery(id)).data?.event
  const now = new Date()
  const isTooLate = event !== undefined && deadlineOf(event) <= now
  return (
    <Stack>
      <Text>
        Your seat at <strong>{title}</strong> becomes free, and goes to whoever is first on the waiting list.
      </Text>
      {event ? <Text c="dimmed">{policyInWords(event, now)}</Text> : <Skeleton height={20} width="80%" />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep my seat
        </Button>
        {/* Who was promoted late may still cancel: the server knows. */}
        <Button onClick={onConfirm} variant={isTooLate ? 'light' : 'filled'}>
          Cancel booking
        </Button>
      </Group>
    </Stack>
  )
}
