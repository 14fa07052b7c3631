import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import wholeCard from '#web/components/layout/whole-card-link.module.css'
import { seatsInShort } from '#web/features/events/seats.rules.ts'
import type { Event } from '#web/lib/api/contract.ts'
import {
  clockTime,
  dayKey,
  duration,
  lastMomentOf,
  shortDay,
  timeOfDay,
  weekdayName,
  zoneName,
} from '#web/lib/format.ts'
import { usePrice } from '#web/lib/queries/use-price.ts'
import { clockOf, daysOf, isOnNow, readersWhenOf, timesOf } from '#web/lib/time/event-time.rules.ts'
import { paths } from '#web/paths.ts'
import classes from './agenda.module.css'

type Props = {
  event: Event
  /** The day under which it stands: what is on since before has a later one than it began on. */
  day: string
  isBooked: boolean
  now: Date
  headingOrder: 3 | 4
}

/** One event in one row: when, what, with whom and where, and at the end its price and what there is to know about seats. */
export const AgendaRow = memo(Row, (before, after) => {
  const isSame = (['event', 'day', 'isBooked', 'headingOrder'] as const).every(
    (key) => before[key] === after[key],
  )
  return isSame && isOnNow(before.event, before.now) === isOnNow(after.event, after.now)
})

function Row({ event, day, isBooked, now, headingOrder }: Props) {
  const price = usePrice()
  const [start, end] = timesOf(event)
  const clock = clockOf(event)
  const Title = headingOrder === 3 ? 'h3' : 'h4'
  const isElsewhere = readersWhenOf(event, now) !== undefined
  const { first, last } = daysOf(event)
  const isSameDay = first === dayKey(start)
  const endTime = isElsewhere ? timeOfDay(end, clock) : clockTime(end, clock)
  const seats = isBooked ? 'Booked ✓' : seatsInShort(event)
  return (
    <li>
      <article className={classes.row} data-retreat={event.event_type === 'RETREAT' || undefined}>
        <div className={classes.when}>
          {first < day ? (
            <>
              <span className={classes.time}>Until</span>
              <span>{last > day ? shortDay(lastMomentOf(end), clock) : endTime}</span>
            </>
          ) : (
            <>
              <span>
                <span className={classes.time}>{clockTime(start, clock)}</span>
                {isElsewhere && <> {zoneName(start, clock)}</>}
              </span>
              <span>{duration(start, end, { zone: event.timezone })}</span>
              {isElsewhere && (
                <span>
                  {!isSameDay && `${weekdayName(start)} `}
                  {clockTime(start)} for you
                </span>
              )}
            </>
          )}
        </div>
        <div className={classes.what}>
          <Title className={classes.title}>
            <Link to={paths.event} params={{ id: String(event.id) }} className={wholeCard.link}>
              <bdi>{event.title}</bdi>
            </Link>
          </Title>
          <p className={classes.who}>
            {event.event_type === 'RETREAT' && <>Retreat · </>}
            with <bdi>{event.facilitator.name}</bdi> · <bdi>{event.location ?? 'Online'}</bdi>
          </p>
        </div>
        <div className={classes.cost}>
          <span className={classes.price}>{price(event.price)}</span>
          {isOnNow(event, now) && <span className={classes.mark}>On now</span>}
          {seats && (
            <span
              className={classes.mark}
              data-booked={isBooked || undefined}
              data-full={event.is_full || undefined}
            >
              {seats}
            </span>
          )}
        </div>
      </article>
    </li>
  )
}
