import { IconTicket } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import type { Event } from '#web/lib/api/contract.ts'
import { clockTime, dayKey } from '#web/lib/format.ts'
import { clockOf, isOnNow } from '#web/lib/time/event-time.rules.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import classes from './event-calendar.module.css'
import type { Segment } from './lanes.rules.ts'

type Props = {
  event: Event
  day: string
  isBooked: boolean
  now: Date
  /** Where it stands in its week; in a list it has none. */
  place?: Omit<Segment<Event>, 'item'>
  isInList?: boolean
}

/** An event in the calendar: a line of the day's list, or a bar over as many days as it takes. */
export function CalendarEntry({ event, day, isBooked, now, place, isInList }: Props) {
  const clock = clockOf(event)
  const start = fromWire(event.start_datetime)
  const begins = dayKey(start, clock) === day
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
      {begins ? <span className={classes.time}>{clockTime(start, clock)}</span> : '…'}{' '}
      {isBooked && (
        <>
          <IconTicket size={15} stroke={1.8} className={classes.ticket} aria-hidden="true" />
          <span className="visually-hidden">You have booked: </span>
        </>
      )}
      <bdi>{event.title}</bdi>
      {isOnNow(event, now) && (place || day === dayKey(now, clock)) && <strong> · on now</strong>}
      {event.is_full && <span className={classes.full}> · full</span>}
    </Link>
  )
}
