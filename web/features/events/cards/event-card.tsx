import { Group, Text, Title } from '@mantine/core'
import { IconMapPin, IconVideo } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { EventCover } from '#web/components/event/event-cover.tsx'
import { EventWhen } from '#web/components/event/event-when.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import wholeCard from '#web/components/layout/whole-card-link.module.css'
import { seatsInWords } from '#web/features/events/seats.rules.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { duration } from '#web/lib/format.ts'
import { usePrice } from '#web/lib/queries/use-price.ts'
import { isOnNow, timesOf } from '#web/lib/time/event-time.rules.ts'
import { paths } from '#web/paths.ts'
import classes from './event-card.module.css'

type Props = { event: Event; now: Date; headingOrder?: 2 | 3 | undefined }

export function EventCard({ event, now, headingOrder = 3 }: Props) {
  const price = usePrice()
  const [start, end] = timesOf(event)
  const isRetreat = event.event_type === 'RETREAT'
  return (
    <article className={classes.card}>
      <div className={classes.cover}>
        <EventCover event={event} />
        <span className={classes.type}>
          {isRetreat ? 'Retreat' : 'Session'} · {duration(start, end, { zone: event.timezone })}
        </span>
      </div>
      <div className={classes.words}>
        <EventWhen event={event} now={now} />
        {isOnNow(event, now) && <Mark>On now</Mark>}
        <Title order={headingOrder} className={classes.title}>
          <Link to={paths.event} params={{ id: String(event.id) }} className={wholeCard.link}>
            <bdi>{event.title}</bdi>
          </Link>
        </Title>
        <Text size="sm" c="dimmed">
          with <bdi>{event.facilitator.name}</bdi>
        </Text>
        <Group gap={6} wrap="nowrap" c="dimmed" className={classes.place}>
          {event.location ? (
            <IconMapPin size={16} stroke={1.6} aria-hidden="true" />
          ) : (
            <IconVideo size={16} stroke={1.6} aria-hidden="true" />
          )}
          <Text size="sm" truncate>
            <bdi>{event.location ?? 'Online'}</bdi>
          </Text>
        </Group>
        <Group justify="space-between" gap="xs" className={classes.foot}>
          <Text fw={600}>{price(event.price)}</Text>
          <Text size="sm" c={event.is_full ? 'dimmed' : undefined}>
            {seatsInWords(event)}
          </Text>
        </Group>
      </div>
    </article>
  )
}
