import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { Fill } from '#web/components/event/fill.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { PopularEvent, RecentBooking, UpcomingEvent } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { count, nearOrShortDay, timeOfDay, type Zoned } from '#web/lib/format.ts'
import { clockOf, isOnNow, momentsOf, notOver } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import classes from './dashboard.module.css'

export function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Surface component="section" label={title} className={classes.panel}>
      <Stack gap="md">
        <Title order={2} fz={21}>
          {title}
        </Title>
        {children}
      </Stack>
    </Surface>
  )
}

export function FillRates({ events }: { events: UpcomingEvent[] }) {
  const now = useNow(events.flatMap((event) => momentsOf(event)))
  if (events.length === 0) {
    return (
      <Stack gap="sm" align="flex-start">
        <Text c="dimmed">Nothing is planned. Your next events are shown here with their bookings.</Text>
        <LinkButton to={paths.manageEvents} search={{ write: 'new' }} variant="default">
          Plan an event
        </LinkButton>
      </Stack>
    )
  }
  return (
    <ul className={classes.list}>
      {notOver(events, now).map((event) => (
        <li key={event.id}>
          <Group justify="space-between" gap="xs" mb={2} wrap="nowrap">
            <TextLink to={paths.manageEvent} params={{ id: String(event.id) }} c="inherit" fw={500} truncate>
              <bdi>{event.title}</bdi>
            </TextLink>
            <Text size="sm" c="dimmed" className={classes.when}>
              {isOnNow(event, now) ? <Mark>On now</Mark> : whenOf(event.start_datetime, clockOf(event))}
            </Text>
          </Group>
          <Fill taken={event.current_participants} seats={event.max_participants} waiting={event.waiting} />
        </li>
      ))}
    </ul>
  )
}

export function PopularEvents({ events }: { events: PopularEvent[] }) {
  const most = Math.max(...events.map(({ booking_count }) => booking_count))
  if (events.length === 0) return <Text c="dimmed">Your most booked events are shown here.</Text>
  return (
    <ol className={classes.list}>
      {events.map(({ event_id, event_title, booking_count }) => (
        <li key={event_id} className={classes.popular}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <TextLink to={paths.manageEvent} params={{ id: String(event_id) }} c="inherit" truncate>
              <bdi>{event_title}</bdi>
            </TextLink>
            <Text size="sm" c="dimmed">
              {count(booking_count, 'booking')}
            </Text>
          </Group>
          <div
            className={classes.bar}
            style={{ width: `${(booking_count / most) * 100}%` }}
            aria-hidden="true"
          />
        </li>
      ))}
    </ol>
  )
}

export function RecentBookings({ bookings }: { bookings: RecentBooking[] }) {
  if (bookings.length === 0) return <Text c="dimmed">Nobody has booked in the last seven days.</Text>
  return (
    <ul className={classes.list}>
      {bookings.slice(0, RECENT_MAX).map(({ booking_id, user, event, received_at }) => (
        <li key={booking_id}>
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <TextLink to={paths.crm} search={{ contact: booking_id }} c="inherit" fw={500} truncate>
              <bdi>{user.name}</bdi>
            </TextLink>
            <Text size="sm" c="dimmed" className={classes.when}>
              {whenOf(received_at)}
            </Text>
          </Group>
          <Text size="sm" c="dimmed" truncate>
            <bdi>{event.title}</bdi>
          </Text>
        </li>
      ))}
    </ul>
  )
}

const RECENT_MAX = 4

function whenOf(wire: string, zoned: Zoned = {}): string {
  const at = fromWire(wire)
  return `${nearOrShortDay(at, serverNow(), zoned)}, ${timeOfDay(at, zoned)}`
}
