import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { EventCover } from '#web/components/event/event-cover.tsx'
import { EventWhen } from '#web/components/event/event-when.tsx'
import { JoinOnline } from '#web/components/event/join-online.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { Booking, Event } from '#web/lib/api/contract.ts'
import { nearDay } from '#web/lib/format.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { clockOf, isOnNow, momentsOf, phaseOf, whenOfBrief } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import classes from './booking-card.module.css'
import { cancelledByStudio } from './cancelled.rules.ts'

type Props = { booking: Booking; isPast?: boolean; headingOrder?: 2 | 3; actions?: ReactNode }

/** Place and end come from the event, which is read separately. */
export function BookingCard({ booking, isPast = false, headingOrder = 2, actions }: Props) {
  const { data, isPending } = useQuery(eventQuery(booking.event.id))
  const event = data?.event
  const cancelled = cancelledByStudio(booking, event)
  const start = fromWire(booking.event.start_datetime)
  const now = useNow(event ? [...momentsOf(event), afterEnd(event)] : [start], rereadBookings)
  const isOver = isPast || (event !== undefined && phaseOf(event, now) === 'over')
  const near = nearDay(start, now, event && clockOf(event))
  return (
    <Surface component="article" className={classes.card}>
      <div className={classes.cover}>
        {event ? <EventCover event={event} /> : <Skeleton height="100%" radius={0} />}
      </div>
      <div className={classes.words}>
        <Stack gap={4}>
          {event ? (
            <EventWhen event={event} now={now} near={near} />
          ) : (
            <Text size="sm" c="dimmed">
              {isPending ? ' ' : whenOfBrief(booking.event, event, now)}
            </Text>
          )}
          <Title order={headingOrder} fz={22}>
            <Link to={paths.event} params={{ id: String(booking.event.id) }} className={classes.link}>
              <bdi>{booking.event.title}</bdi>
            </Link>
          </Title>
          <Text size="sm" c="dimmed">
            {event ? (
              <>
                <bdi>{event.location ?? 'Online'}</bdi> · with <bdi>{event.facilitator.name}</bdi>
              </>
            ) : (
              ' '
            )}
          </Text>
          {booking.notes && (
            <Text size="sm" c="dimmed" lineClamp={2}>
              Your note: <bdi>{booking.notes}</bdi>
            </Text>
          )}
          {cancelled?.reason && (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }} dir="auto">
              {cancelled.reason}
            </Text>
          )}
          <Marks
            booking={booking}
            isOnNow={!isPast && event !== undefined && isOnNow(event, now)}
            isByStudio={cancelled !== undefined}
          />
        </Stack>
        <Group gap="sm">
          {!isOver && booking.status === 'CONFIRMED' && event && <JoinOnline link={event.virtual_link} />}
          {start > now && actions}
        </Group>
      </div>
    </Surface>
  )
}

/** Once the server, whose clock may be a second behind what is known of it, counts the event as past. */
const afterEnd = ({ end_datetime }: Event) => new Date(fromWire(end_datetime).getTime() + 2_000)

const rereadBookings = () => void refresh(keys.bookings.all)

const PAYMENTS = { pending: undefined, paid: 'Paid', refunded: 'Refunded' } as const

/** Badges for what is not the usual case. */
type MarksProps = { booking: Booking; isOnNow: boolean; isByStudio: boolean }

function Marks({ booking, isOnNow, isByStudio }: MarksProps) {
  const payment = PAYMENTS[booking.payment_status]
  return (
    <Group gap={6} mt={4}>
      {booking.status === 'CANCELLED' && <Mark>{isByStudio ? 'Cancelled by the studio' : 'Cancelled'}</Mark>}
      {isOnNow && booking.status !== 'CANCELLED' && <Mark>On now</Mark>}
      {payment && <Mark>{payment}</Mark>}
      {booking.has_clash && <Mark>Overlaps another booking of yours</Mark>}
    </Group>
  )
}
