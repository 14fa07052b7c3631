import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useRef } from 'react'
import { LinkButton } from '#web/components/controls/links.tsx'
import { JoinOnline } from '#web/components/event/join-online.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import { BookForm } from '#web/features/bookings/book-form.tsx'
import { ownBookingQuery } from '#web/features/bookings/booking.queries.ts'
import { policyInWords } from '#web/features/bookings/deadline.rules.ts'
import { JoinWaitlist, OwnPlace } from '#web/features/waitlist/waitlist-place.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { lazyComponent, loadAhead } from '#web/lib/load-code.ts'
import { accountQuery } from '#web/lib/queries/account.queries.ts'
import { useRole } from '#web/lib/queries/use-role.ts'
import { waitlistQuery } from '#web/lib/queries/waitlist.queries.ts'
import { momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'
import { useEnterAndTake } from './enter-and-take.mutations.ts'
import classes from './event-page.module.css'
import { Closed, Offer } from './offer.tsx'
import { OpenPanel } from './open-panel.tsx'
import { standingOf } from './standing.rules.ts'
import { ThumbBar } from './thumb-bar.tsx'

const loadTicket = () => import('./ticket.tsx')
const Ticket = lazyComponent(loadTicket, (module) => module.Ticket)

/** The reader's place at an event, with live seats: book, wait, or the ticket. */
export function BookingPanel({ event }: { event: Event }) {
  const isLoggedIn = useSession() !== undefined
  const taking = useEnterAndTake(event)
  // The login is there before the seat is.
  if (!isLoggedIn || taking.isPending) return <OpenPanel event={event} taking={taking} />
  return <OwnPanel event={event} fault={taking.error} hasJustEntered={taking.isSuccess} />
}

type Props = {
  event: Event
  /** Of an attempt to book along with the login. */
  fault: unknown
  hasJustEntered: boolean
}

function OwnPanel({ event, fault, hasJustEntered }: Props) {
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
  const hadNone = useRef(hasJustEntered)

  if (held.error && !held.data) return <ErrorNotice error={held.error} retry={held.refetch} />
  if (!held.data || !waitlist.data || !isRoleKnown) return <PanelSkeleton />
  if (standing === 'booked' && booking) {
    return (
      <Surface component="section" label="Your place" p={{ base: 'lg', sm: 'xl' }}>
        <Suspense fallback={<Skeleton height={320} radius="lg" />}>
          <Ticket event={event} booking={booking} isNew={hadNone.current} />
        </Suspense>
        {(leads || role?.isAdmin) && <Manage event={event} leads={leads} />}
      </Surface>
    )
  }
  hadNone.current = true
  if (standing === 'open') loadAhead(loadTicket)
  const isBookable = !leads && (standing === 'open' || standing === 'full')
  return (
    <Surface component="section" label="Your place" p={{ base: 'lg', sm: 'xl' }}>
      <Stack gap="lg">
        {['open', 'full', 'waiting'].includes(standing) && (
          <Offer event={event} waiting={waitlist.data.waiting} />
        )}
        {event.status !== 'CANCELLED' && last?.cancellation_reason && (
          <Text className={classes.reason}>
            Your booking was cancelled by the studio: {last.cancellation_reason}
          </Text>
        )}
        {standing === 'open' && !leads && <BookForm event={event} fault={fault} />}
        {standing === 'full' && !leads && <JoinWaitlist event={event} fault={fault} />}
        {standing === 'waiting' && place && <OwnPlace place={place} />}
        {isBookable && <ThumbBar event={event} />}
        <Closed standing={standing} event={event} />
        {leads && !['cancelled', 'over'].includes(standing) && <JoinOnline link={event.virtual_link} />}
        {(leads || role?.isAdmin) && <Manage event={event} leads={leads} />}
        {standing === 'open' && !leads && (
          <Text size="sm" c="dimmed">
            {policyInWords(event, now)}
          </Text>
        )}
      </Stack>
    </Surface>
  )
}

function PanelSkeleton() {
  return <Skeleton height={320} radius="lg" role="status" aria-label="Loading your place" />
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
