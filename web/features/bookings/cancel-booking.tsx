import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ConfirmButton } from '#web/components/feedback/confirm-button.tsx'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { usePrice } from '#web/lib/queries/use-price.ts'
import { waitlistQuery } from '#web/lib/queries/waitlist.queries.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { type Cancellable, useCancelBooking } from './booking.mutations.ts'
import { bookingPolicyInWords, cancellableUntil, TOO_LATE } from './deadline.rules.ts'

/** Asks for confirmation; says so where it is too late. Undo is offered where nobody waits for the seat. */
export function CancelBooking({ booking, isQuiet }: { booking: Cancellable; isQuiet?: boolean }) {
  const { mutate } = useCancelBooking()
  const now = useNow(booking.cancellable_until ? [fromWire(booking.cancellable_until)] : [])
  if (!cancellableUntil(booking, now))
    return (
      <Text size="sm" c="dimmed">
        {TOO_LATE}
      </Text>
    )
  return (
    <ConfirmButton
      label="Cancel booking"
      isQuiet={isQuiet}
      question="Cancel this booking?"
      keep="Keep my seat"
      confirm="Cancel booking"
      onConfirm={() => mutate(booking)}
    >
      <Consequences booking={booking} now={now} />
    </ConfirmButton>
  )
}

function Consequences({ booking, now }: { booking: Cancellable; now: Date }) {
  const { id, title } = booking.event
  const event = useQuery(eventQuery(id)).data?.event
  // Decides what is promised here, and whether the cancellation can be taken back.
  const waitlist = useQuery({ ...waitlistQuery(id), refetchOnMount: 'always' })
  const price = usePrice()
  if (!event || waitlist.isPending) return <Skeleton height={72} />
  return (
    <>
      <Text>
        Your seat at{' '}
        <strong>
          <bdi>{title}</bdi>
        </strong>{' '}
        becomes free{waitlist.data?.waiting ? ', and goes to the first person on the waiting list' : ''}.
      </Text>
      {booking.payment_status === 'paid' && (
        <Text>You have paid for it: ask the studio about your money.</Text>
      )}
      {booking.price < event.price && (
        <Text>
          It costs {price(event.price)} now: whoever books it again no longer pays {price(booking.price)}.
        </Text>
      )}
      <Text c="dimmed">{bookingPolicyInWords(booking, event, now)}</Text>
    </>
  )
}
