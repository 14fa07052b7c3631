import { Skeleton } from '@mantine/core'
import type { Event } from '#web/lib/api/contract.ts'
import { longDay, nearDayOf } from '#web/lib/format.ts'
import { clockOf, momentsOf, notOver } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import classes from './agenda.module.css'
import { agendaOf } from './agenda.rules.ts'
import { AgendaRow } from './agenda-row.tsx'

type Props = {
  events: Event[]
  /** Ids of the events that the reader has booked. */
  booked: ReadonlySet<number>
  /** The first day that the list is limited to. */
  from?: string | undefined
  headingOrder?: 2 | 3
}

/** Events as rows under headings of their days, which stay at the top while their day is read. */
export function Agenda({ events, booked, from, headingOrder = 2 }: Props) {
  const now = useNow(events.flatMap(momentsOf))
  const Heading = headingOrder === 2 ? 'h2' : 'h3'
  return (
    <div className={classes.agenda}>
      {agendaOf(notOver(events, now), now, from).map(({ day, events }) => (
        <section key={day} className={classes.day} style={{ '--rows': events.length } as object}>
          <Heading className={classes.heading}>{dayInWords(day, events, now)}</Heading>
          <ul className={classes.rows}>
            {events.map((event) => (
              <AgendaRow
                key={event.id}
                event={event}
                day={day}
                isBooked={booked.has(event.id)}
                now={now}
                headingOrder={headingOrder === 2 ? 3 : 4}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

export function AgendaSkeleton({ rows = 8 }: { rows?: number }) {
  return (
    <div className={classes.agenda} aria-busy="true" aria-label="Loading events" role="status">
      <Skeleton height={28} width={220} mb="xs" />
      {Array.from({ length: rows }, (_, i) => `row-${i}`).map((key) => (
        <Skeleton key={key} height={64} mb={8} radius="md" />
      ))}
    </div>
  )
}

/** `Today · Sunday 29 November`, where it is today in all the rooms of that day. */
function dayInWords(day: string, events: Event[], now: Date): string {
  const name = longDay(new Date(`${day}T12:00:00Z`), now, { zone: 'UTC' })
  const [near, ...others] = new Set(events.map((event) => nearDayOf(day, now, clockOf(event))))
  return near && others.length === 0 ? `${near} · ${name}` : name
}
