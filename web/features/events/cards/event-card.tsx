import { Group, Text, Title } from '@mantine/core'
import { IconMapPin, IconVideo } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { EventCover } from '#web/components/event/event-cover.tsx'
import wholeCard from '#web/components/layout/whole-card-link.module.css'
import { seatsInWords } from '#web/features/events/seats.rules.ts'
import { usePrice } from '#web/features/events/use-price.ts'
import type { ProgrammeEvent } from '#web/lib/api/contract.ts'
import { duration, whenInWords } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import classes from './event-card.module.css'

export function EventCard({ event, headingOrder = 3 }: { event: ProgrammeEvent; headingOrder?: 2 | 3 }) {
  const price = usePrice()
  const [start, end] = [fromWire(event.start_datetime), fromWire(event.end_datetime)]
  const isRetreat = event.event_type === 'RETREAT'
  return (
    <article className={classes.card}>
      <div className={classes.cover}>
        <EventCover event={event} />
        <span className={classes.type}>
          {isRetreat ? 'Retreat' : 'Session'} · {duration(start, end)}
        </span>
      </div>
      <div className={classes.words}>
        <Text size="sm" c="dimmed">
          {whenInWords(start, end, isRetreat)}
        </Text>
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
