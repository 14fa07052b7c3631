import { Skeleton } from '@mantine/core'
import type { ProgrammeEvent } from '#web/lib/api/contract.ts'
import classes from './event-card.module.css'
import { EventCard } from './event-card.tsx'

export function EventGrid({ events, headingOrder }: { events: ProgrammeEvent[]; headingOrder?: 2 | 3 }) {
  return (
    <div className={classes.grid}>
      {events.map((event) => (
        <EventCard key={event.id} event={event} headingOrder={headingOrder} />
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
