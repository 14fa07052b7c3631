import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ConfirmButton } from '#web/components/feedback/confirm-button.tsx'
import { focusHeading } from '#web/components/layout/focus-heading.ts'
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
  const [isKnown, setKnown] = useState(false)
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
      isReady={isKnown}
      onConfirm={(button) => {
        focusAfter(button)
        mutate(booking)
      }}
    >
      <Consequences booking={booking} now={now} onKnown={setKnown} />
    </ConfirmButton>
  )
}

type ConsequencesProps = { booking: Cancellable; now: Date; onKnown: (isKnown: boolean) => void }

function Consequences({ booking, now, onKnown }: ConsequencesProps) {
  const { id, title } = booking.event
  const { data, isPending } = useQuery(eventQuery(id))
  const event = data?.event
  // Decides what is promised here, and whether the cancellation can be taken back.
  const waitlist = useQuery({ ...waitlistQuery(id), refetchOnMount: 'always' })
  const price = usePrice()
  // Read, or impossible to read.
  const isKnown = !isPending && waitlist.isFetchedAfterMount
  useEffect(() => {
    onKnown(isKnown)
    return () => onKnown(false)
  }, [isKnown, onKnown])
  if (!isKnown) return <Skeleton height={72} />
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
      {event && booking.price < event.price && (
        <Text>
          It costs {price(event.price)} now: whoever books it again no longer pays {price(booking.price)}.
        </Text>
      )}
      {event && <Text c="dimmed">{bookingPolicyInWords(booking, event, now)}</Text>}
    </>
  )
}

/** The keyboard goes on from the next card, or from the heading of a page without one. */
function focusAfter(button: HTMLButtonElement | null): void {
  const item = button?.closest('li')
  const neighbour = item?.nextElementSibling ?? item?.previousElementSibling
  setTimeout(() => {
    if (document.activeElement !== document.body) return
    const link = neighbour?.querySelector<HTMLElement>('h2 a')
    if (link) link.focus()
    else focusHeading()
  }, CLOSED_MS)
}

/** After the dialog has closed and has returned the focus to what is gone by then. */
const CLOSED_MS = 250
