import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { EventCover } from '#web/components/event/event-cover.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { Booking } from '#web/lib/api/contract.ts'
import { nearDay, shortDay, timeOfDay, timeRange } from '#web/lib/format.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import classes from './booking-card.module.css'
import { JoinOnline } from './join-online.tsx'

type Props = { booking: Booking; isPast?: boolean; headingOrder?: 2 | 3; actions?: ReactNode }

/** Place and end come from the event, which is read separately. */
export function BookingCard({ booking, isPast = false, headingOrder = 2, actions }: Props) {
  const event = useQuery(eventQuery(booking.event.id)).data?.event
  const start = fromWire(booking.event.start_datetime)
  const near = nearDay(start, new Date())
  const when = event ? timeRange(start, fromWire(event.end_datetime)) : timeOfDay(start)
  return (
    <Surface component="article" className={classes.card}>
      <div className={classes.cover}>
        {event ? <EventCover event={event} /> : <Skeleton height="100%" radius={0} />}
      </div>
      <div className={classes.words}>
        <Stack gap={4}>
          <Text size="sm" c="dimmed">
            {near ? `${near}, ` : ''}
            {event?.event_type === 'RETREAT' ? when : `${shortDay(start)}, ${when}`}
          </Text>
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
          {booking.cancellation_reason && (
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              Cancelled by the studio: <bdi>{booking.cancellation_reason}</bdi>
            </Text>
          )}
          <Marks booking={booking} />
        </Stack>
        <Group gap="sm">
          {!isPast && booking.status === 'CONFIRMED' && event && <JoinOnline link={event.virtual_link} />}
          {actions}
        </Group>
      </div>
    </Surface>
  )
}

const PAYMENTS = { pending: undefined, paid: 'Paid', refunded: 'Refunded' } as const

/** Badges for what is not the usual case. */
function Marks({ booking }: { booking: Booking }) {
  const payment = PAYMENTS[booking.payment_status]
  return (
    <Group gap={6} mt={4}>
      {booking.status === 'CANCELLED' && <Mark>Cancelled</Mark>}
      {payment && <Mark>{payment}</Mark>}
      {booking.has_clash && <Mark>Overlaps another booking of yours</Mark>}
    </Group>
  )
}
