import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import { BookForm } from '#web/features/bookings/book-form.tsx'
import { upcomingBookingsQuery } from '#web/features/bookings/booking.queries.ts'
import { CancelBooking } from '#web/features/bookings/cancel-booking.tsx'
import { policyInWords } from '#web/features/bookings/deadline.rules.ts'
import { JoinOnline } from '#web/features/bookings/join-online.tsx'
import { SeatMeter } from '#web/features/events/seat-meter.tsx'
import { usePrice } from '#web/features/events/use-price.ts'
import { waitlistQuery } from '#web/features/waitlist/waitlist.queries.ts'
import { JoinWaitlist, OwnPlace } from '#web/features/waitlist/waitlist-place.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { paths } from '#web/paths.ts'
import { standingOf } from './standing.rules.ts'

/** The reader's place at an event, with live seats: book, wait, or cancel. */
export function BookingPanel({ event }: { event: Event }) {
  const price = usePrice()
  const now = new Date()
  const held = useQuery(upcomingBookingsQuery)
  const waitlist = useQuery(waitlistQuery(event.id))
  const booking = held.data?.bookings.find((each) => each.event.id === event.id)
  const place = waitlist.data?.waitlist ?? null
  const standing = standingOf({ event, hasBooking: booking !== undefined, isWaiting: place !== null, now })

  if (held.error && !held.data) return <ErrorNotice error={held.error} retry={held.refetch} />
  if (!held.data || !waitlist.data)
    return <Skeleton height={320} radius="lg" role="status" aria-label="Loading your place" />
  return (
    <Surface component="section" label="Your place" p="xl">
      <Stack gap="lg">
        {standing !== 'cancelled' && standing !== 'over' && (
          <>
            <Group justify="space-between" align="baseline">
              <Text fz={28} fw={600} lh={1}>
                {price(event.price)}
              </Text>
              {event.price > 0 && (
                <Text size="sm" c="dimmed">
                  Nothing to pay now
                </Text>
              )}
            </Group>
            <SeatMeter event={event} waiting={waitlist.data.waiting} />
          </>
        )}
        {standing === 'open' && <BookForm event={event} />}
        {standing === 'full' && <JoinWaitlist event={event} />}
        {standing === 'waiting' && place && <OwnPlace place={place} />}
        {standing === 'booked' && booking && (
          <>
            <Stack gap={4} role="status">
              <Text fw={600} c="var(--good)">
                You have a seat.
              </Text>
              {booking.notes && (
                <Text size="sm" c="dimmed">
                  Your note: <bdi>{booking.notes}</bdi>
                </Text>
              )}
              <TextLink to={paths.bookings} underline="always" size="sm">
                See your bookings
              </TextLink>
            </Stack>
            <JoinOnline link={event.virtual_link} />
            <CancelBooking booking={booking} />
          </>
        )}
        {standing === 'cancelled' && <Over title="This event was cancelled" event={event} />}
        {standing === 'over' && <Over title="This event has begun" event={event} />}
        {(standing === 'open' || standing === 'booked') && (
          <Text size="sm" c="dimmed">
            {policyInWords(event, now)}
          </Text>
        )}
      </Stack>
    </Surface>
  )
}

function Over({ title, event }: { title: string; event: Event }) {
  return (
    <Stack gap="sm">
      <Text fw={600}>{title}</Text>
      <Text c="dimmed">
        {event.cancellation_reason ?? 'It can no longer be booked. See what else this facilitator offers.'}
      </Text>
      <LinkButton to={paths.facilitator} params={{ id: String(event.facilitator.id) }} variant="default">
        More with <bdi>{event.facilitator.name}</bdi>
      </LinkButton>
    </Stack>
  )
}
