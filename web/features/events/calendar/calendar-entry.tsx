import { IconTicket } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import type { Event } from '#web/lib/api/contract.ts'
import { clockTime, dayKey } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import classes from './event-calendar.module.css'
import type { Segment } from './lanes.rules.ts'
import { daysBetween } from './month-grid.ts'

type Props = {
  event: Event
  day: string
  isBooked: boolean
  /** Where it stands in its week; in a list it has none. */
  place?: Omit<Segment<Event>, 'item'>
  isInList?: boolean
}

/** An event in the calendar: a line of the day's list, or a bar over as many days as it takes. */
export function CalendarEntry({ event, day, isBooked, place, isInList }: Props) {
  const start = fromWire(event.start_datetime)
  const begins = dayKey(start) === day
  return (
    <Link
      to={paths.event}
      params={{ id: String(event.id) }}
      className={classes.entry}
      title={isInList ? undefined : event.title}
      data-listed={isInList || undefined}
      data-retreat={event.event_type === 'RETREAT' || undefined}
      data-booked={isBooked || undefined}
      data-from-before={place?.isFromBefore || undefined}
      data-goes-on={place?.goesOn || undefined}
      style={place && ({ '--lane': place.lane, '--span': place.span } as CSSProperties)}
    >
      {begins ? <span className={classes.time}>{clockTime(start)}</span> : '…'}{' '}
      {isBooked && (
        <>
          <IconTicket size={15} stroke={1.8} className={classes.ticket} aria-hidden="true" />
          <span className="visually-hidden">You have booked: </span>
        </>
      )}
      <bdi>{event.title}</bdi>
      {event.is_full && <span className={classes.full}> · full</span>}
    </Link>
  )
}

/** The days on which an event takes place. */
export function daysOf({ start_datetime, end_datetime }: Event): string[] {
  const lastMoment = new Date(fromWire(end_datetime).getTime() - 1)
  return daysBetween(dayKey(fromWire(start_datetime)), dayKey(lastMoment))
}
