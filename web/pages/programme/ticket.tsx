import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { TextLink } from '#web/components/controls/links.tsx'
import { EventWhen } from '#web/components/event/event-when.tsx'
import { JoinOnline } from '#web/components/event/join-online.tsx'
import { CancelBooking } from '#web/features/bookings/cancel-booking.tsx'
import { bookingPolicyInWords, cancellableUntil } from '#web/features/bookings/deadline.rules.ts'
import { OwnNote } from '#web/features/bookings/own-note.tsx'
import { AddToCalendar } from '#web/features/events/add-to-calendar.tsx'
import { ShareEvent } from '#web/features/events/share-event.tsx'
import type { Booking, Event } from '#web/lib/api/contract.ts'
import { mapLink } from '#web/lib/contact-links.ts'
import { nearDay, timeOfDay } from '#web/lib/format.ts'
import { usePrice } from '#web/lib/queries/use-price.ts'
import { clockOf, joinableFrom, momentsOf, phaseOf, timesOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'
import { paymentInWords } from './payment.rules.ts'

type Props = {
  event: Event
  booking: Booking
  /** Taken while the reader was looking: the ticket gets the focus, and so is read out and comes onto the screen. */
  isNew: boolean
}

/** What somebody with a seat needs: when, where, what to pay, and what can still be changed. */
export function Ticket({ event, booking, isNew }: Props) {
  const now = useNow([...momentsOf(event), joinableFrom(event)])
  const price = usePrice()
  const [start] = timesOf(event)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (isNew) title.current?.focus()
  }, [isNew])
  const payment = paymentInWords(event, booking, price(booking.price))
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Title order={2} ref={title} tabIndex={-1} c="var(--good)" style={{ outline: 'none' }}>
          You’re in.
        </Title>
        <EventWhen event={event} now={now} near={nearDay(start, now, clockOf(event))} />
        {event.location && (
          <Text size="sm">
            <bdi>{event.location}</bdi> ·{' '}
            <Anchor
              href={mapLink(event.location)}
              target="_blank"
              rel="noreferrer"
              underline="always"
              inherit
            >
              Map
            </Anchor>
          </Text>
        )}
        {payment && <Text size="sm">{payment}</Text>}
        {phaseOf(event, now) === 'upcoming' && (
          <Group gap="xs">
            {cancellableUntil(booking, now) && (
              <Text size="sm" c="dimmed">
                {bookingPolicyInWords(booking, event, now)}
              </Text>
            )}
            <CancelBooking booking={booking} isQuiet />
          </Group>
        )}
      </Stack>
      {event.is_online && <Join event={event} now={now} />}
      <AddToCalendar event={event} />
      <OwnNote booking={booking} event={event} />
      <Group justify="space-between" gap="sm">
        <ShareEvent event={event} />
        <TextLink to={paths.bookings} underline="always" size="sm">
          See your bookings
        </TextLink>
      </Group>
    </Stack>
  )
}

/** The button from a quarter of an hour before, when somebody will be there. */
function Join({ event, now }: { event: Event; now: Date }) {
  const from = joinableFrom(event)
  if (from <= now) return <JoinOnline link={event.virtual_link} />
  return (
    <Text size="sm" role="status">
      Online: you can join here from {timeOfDay(from, clockOf(event))} on that day.
    </Text>
  )
}
