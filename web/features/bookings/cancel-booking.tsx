import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ConfirmButton } from '#web/components/controls/confirm-button.tsx'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { type Cancellable, useCancelBooking } from './booking.mutations.ts'
import { policyInWords } from './deadline.rules.ts'

/** Asks for confirmation. Undo works as long as nobody else has the seat. */
export function CancelBooking({ booking }: { booking: Cancellable }) {
  const { mutate } = useCancelBooking()
  return (
    <ConfirmButton
      label="Cancel booking"
      question="Cancel this booking?"
      keep="Keep my seat"
      confirm="Cancel booking"
      onConfirm={() => mutate(booking)}
    >
      <Text>
        Your seat at{' '}
        <strong>
          <bdi>{booking.event.title}</bdi>
        </strong>{' '}
        becomes free, and goes to the first person on the waiting list.
      </Text>
      <Policy eventId={booking.event.id} />
    </ConfirmButton>
  )
}

/** The server decides whether it is too late: a seat that was given after the deadline may still be cancelled. */
function Policy({ eventId }: { eventId: number }) {
  const event = useQuery(eventQuery(eventId)).data?.event
  const now = useNow(event && momentsOf(event))
  if (!event) return <Skeleton height={20} width="80%" />
  return <Text c="dimmed">{policyInWords(event, now)}</Text>
}
