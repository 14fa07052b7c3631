import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ConfirmButton } from '#web/components/controls/confirm-button.tsx'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { type Cancellable, useCancelBooking } from './booking.mutations.ts'
import { policyInWords } from './deadline.rules.ts'

/** Asks once, says what it means, and can be taken back as long as nobody else has the seat. */
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
        Your seat at <strong>{booking.event.title}</strong> becomes free, and goes to whoever is first on the
        waiting list.
      </Text>
      <Policy eventId={booking.event.id} />
    </ConfirmButton>
  )
}

/** Whether it is too late the server decides: who was given a seat after the deadline may still cancel. */
function Policy({ eventId }: { eventId: number }) {
  const event = useQuery(eventQuery(eventId)).data?.event
  if (!event) return <Skeleton height={20} width="80%" />
  return <Text c="dimmed">{policyInWords(event, new Date())}</Text>
}
