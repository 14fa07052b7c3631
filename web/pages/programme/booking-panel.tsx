import { Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { JoinOnline } from '#web/components/event/join-online.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import { BookForm } from '#web/features/bookings/book-form.tsx'
import { ownBookingQuery } from '#web/features/bookings/booking.queries.ts'
import { CancelBooking } from '#web/features/bookings/cancel-booking.tsx'
import {
  bookingPolicyInWords,
  cancellableUntil,
  policyInWords,
} from '#web/features/bookings/deadline.rules.ts'
import { SeatMeter } from '#web/features/events/seat-meter.tsx'
import { usePrice } from '#web/features/events/use-price.ts'
import { waitlistQuery } from '#web/features/waitlist/waitlist.queries.ts'
import { JoinWaitlist, OwnPlace } from '#web/features/waitlist/waitlist-place.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { accountQuery } from '#web/lib/queries/account.queries.ts'
import { useRole } from '#web/lib/queries/use-role.ts'
import { momentsOf, phaseOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'
import classes from './event-page.module.css'
import { type Standing, standingOf } from './standing.rules.ts'

/** The reader's place at an event, with live seats: book, wait, or cancel. */
export function BookingPanel({ event }: { event: Event }) {
  return useSession() ? <OwnPanel event={event} /> : <OpenPanel event={event} />
}

/** For readers without a login. */
function OpenPanel({ event }: { event: Event }) {
  const now = useNow(momentsOf(event))
  const standing = standingOf({ event, hasBooking: false, isWaiting: false, now })
  const next = useLocation({ select: ({ href }) => href })
  return (
    <Surface component="section" label="Your place" p="xl">
      <Stack gap="lg">
        {(standing === 'open' || standing === 'full') && (
          <>
            <Offer event={event} waiting={0} />
            <LinkButton to={paths.login} search={{ next }} size="lg">
              {standing === 'open' ? 'Log in to book' : 'Log in to join the waiting list'}
            </LinkButton>
          </>
        )}
        <Closed standing={standing} event={event} />
      </Stack>
    </Surface>
  )
}

function OwnPanel({ event }: { event: Event }) {
  const now = useNow(momentsOf(event))
  const held = useQuery(ownBookingQuery(event.id))
  const waitlist = useQuery(waitlistQuery(event.id))
  const last = held.data?.bookings[0]
  const booking = last?.status === 'CANCELLED' ? undefined : last
  const role = useRole()
  // Without the account the event can still be booked, only not managed from here.
  const isRoleKnown = useQuery(accountQuery).isError || role !== undefined
  const leads = role?.facilitator?.id === event.facilitator.id
  const place = waitlist.data?.waitlist ?? null
  const standing = standingOf({ event, hasBooking: booking !== undefined, isWaiting: place !== null, now })

  if (held.error && !held.data) return <ErrorNotice error={held.error} retry={held.refetch} />
  if (!held.data || !waitlist.data || !isRoleKnown)
    return <Skeleton height={320} radius="lg" role="status" aria-label="Loading your place" />
  return (
    <Surface component="section" label="Your place" p="xl">
      <Stack gap="lg">
        {standing !== 'cancelled' && standing !== 'over' && standing !== 'begun' && (
          <Offer event={event} waiting={waitlist.data.waiting} />
        )}
        {standing !== 'booked' && event.status !== 'CANCELLED' && last?.cancellation_reason && (
          <Text className={classes.reason}>
            Your booking was cancelled by the studio: {last.cancellation_reason}
          </Text>
        )}
        {standing === 'open' && !leads && <BookForm event={event} />}
        {standing === 'full' && !leads && <JoinWaitlist event={event} />}
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
            {phaseOf(event, now) === 'upcoming' && <CancelBooking booking={booking} />}
          </>
        )}
        <Closed standing={standing} event={event} />
        {leads && !['booked', 'cancelled', 'over'].includes(standing) && (
          <JoinOnline link={event.virtual_link} />
        )}
        {(leads || role?.isAdmin) && <Manage event={event} leads={leads} />}
        {standing === 'open' && !leads && <Policy>{policyInWords(event, now)}</Policy>}
        {standing === 'booked' && booking && cancellableUntil(booking, now) && (
          <Policy>{bookingPolicyInWords(booking, event, now)}</Policy>
        )}
      </Stack>
    </Surface>
  )
}

function Policy({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  )
}

/** What it costs, and the seats. */
function Offer({ event, waiting }: { event: Event; waiting: number }) {
  const price = usePrice()
  return (
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
      <SeatMeter event={event} waiting={waiting} />
    </>
  )
}

/** For those who run the event. */
function Manage({ event, leads }: { event: Event; leads: boolean }) {
  return (
    <Stack gap="sm">
      {leads && <Text fw={600}>You lead this event.</Text>}
      <LinkButton
        to={paths.manageEvent}
        params={{ id: String(event.id) }}
        variant={leads ? 'filled' : 'default'}
        size={leads ? 'lg' : 'md'}
      >
        Manage
      </LinkButton>
    </Stack>
  )
}

const CLOSED: Partial<Record<Standing, string>> = {
  cancelled: 'Cancelled by the studio',
  begun: 'This event is on now',
  over: 'This event is over',
}

function Closed({ standing, event }: { standing: Standing; event: Event }) {
  const title = CLOSED[standing]
  return title === undefined ? null : <Over title={title} event={event} />
}

function Over({ title, event }: { title: string; event: Event }) {
  return (
    <Stack gap="sm">
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" className={classes.reason}>
        {event.cancellation_reason ?? 'It can no longer be booked. See what else this facilitator offers.'}
      </Text>
      <LinkButton to={paths.facilitator} params={{ id: String(event.facilitator.id) }} variant="default">
        <span>
          More with <bdi>{event.facilitator.name}</bdi>
        </span>
      </LinkButton>
    </Stack>
  )
}
