import { Skeleton } from '@mantine/core'
import type { Event } from '#web/lib/api/contract.ts'
import { momentsOf, notOver } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import classes from './event-card.module.css'
import { EventCard } from './event-card.tsx'

export function EventGrid({ events, headingOrder }: { events: Event[]; headingOrder?: 2 | 3 }) {
  const now = useNow(events.flatMap(momentsOf))
  return (
    <div className={classes.grid}>
      {notOver(events, now).map((event) => (
        <EventCard key={event.id} event={event} now={now} headingOrder={headingOrder} />
      ))}
    </div>
  )
}

export function EventGridSkeleton({ cards = 6 }: { cards?: number }) {
  return (
    <div className={classes.grid} aria-busy="true" aria-label="Loading events" role="status">
      {Array.from({ length: cards }, (_, i) => `card-${i}`).map((key) => (
        <Skeleton key={key} height={372} radius="lg" />
      ))}
    </div>
  )
}
