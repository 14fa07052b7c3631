import type { Event } from '#web/lib/api/contract.ts'
import {
  clockTime,
  dayKey,
  lastMomentOf,
  shortDay,
  timeOfDay,
  whenInWords,
  type Zoned,
} from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'

/** Where an event is in time: the only place of the web app that compares its times with the clock. */
export type Phase = 'upcoming' | 'on now' | 'over'

type Times = Pick<Event, 'start_datetime' | 'end_datetime'>
type Timed = Times & Partial<Pick<Event, 'status'>>
type Placed = Times & Pick<Event, 'timezone' | 'location'>

export function phaseOf({ start_datetime, end_datetime, status }: Timed, now: Date): Phase {
  if (status === 'COMPLETED' || fromWire(end_datetime) <= now) return 'over'
  return fromWire(start_datetime) <= now ? 'on now' : 'upcoming'
}

/** A cancelled event is never on. */
export const isOnNow = (event: Timed, now: Date): boolean =>
  event.status !== 'CANCELLED' && phaseOf(event, now) === 'on now'

export const notOver = <T extends Timed>(events: T[], now: Date): T[] =>
  events.filter((event) => phaseOf(event, now) !== 'over')

/** When what can be said or done about an event changes: its deadline, where it has one, its start and its end. */
export function momentsOf(event: Times & Partial<Pick<Event, 'cancellation_deadline_hours'>>): Date[] {
  const { cancellation_deadline_hours: hours, start_datetime } = event
  return [
    ...(hours ? [deadlineOf({ start_datetime, cancellation_deadline_hours: hours })] : []),
    fromWire(start_datetime),
    fromWire(event.end_datetime),
  ]
}

/** The last moment at which an attendee may cancel. */
export function deadlineOf({
  start_datetime,
  cancellation_deadline_hours,
}: Pick<Event, 'start_datetime' | 'cancellation_deadline_hours'>): Date {
  return new Date(fromWire(start_datetime).getTime() - cancellation_deadline_hours * 3_600_000)
}

/** From when on an online event can be joined. */
export const joinableFrom = ({ start_datetime }: Pick<Event, 'start_datetime'>): Date =>
  new Date(fromWire(start_datetime).getTime() - JOIN_AHEAD_MS)

const JOIN_AHEAD_MS = 15 * 60_000

/** Whose clock times are written by: that of the room where there is one, else the reader's. */
export const clockOf = ({ location, timezone }: Pick<Placed, 'location' | 'timezone'>): Zoned =>
  location ? { zone: timezone } : {}

/** `Wed 25 Nov, 07:00–08:00 CET`, by the clock of `clockOf`. */
export const whenOf = (event: Placed, now: Date): string => {
  const [start, end] = timesOf(event)
  return whenInWords(start, end, { ...clockOf(event), now })
}

/**
 * The same of what names an event by its id and start; by the reader's clock, and without an end, as long as the event itself has not
 * been read.
 */
export function whenOfBrief(
  { start_datetime }: Pick<Times, 'start_datetime'>,
  event: Placed | undefined,
  now: Date,
): string {
  const start = fromWire(start_datetime)
  return event ? whenOf(event, now) : `${shortDay(start, { now })}, ${timeOfDay(start)}`
}

/** The first and the last day on which an event takes place, by the clock of `clockOf`: `2026-11-25`. */
export function daysOf(event: Placed): { first: string; last: string } {
  const [start, end] = timesOf(event)
  const day = (at: Date) => dayKey(at, clockOf(event))
  return { first: day(start), last: day(lastMomentOf(end)) }
}

/** The same by the reader's clock; undefined when that shows the same day and time. */
export function readersWhenOf(event: Placed, now: Date, reader: Zoned = {}): string | undefined {
  const [start, end] = timesOf(event)
  const shown = (zoned: Zoned) =>
    JSON.stringify([start, end].map((at) => [dayKey(at, zoned), clockTime(at, zoned)]))
  if (!event.location || shown(clockOf(event)) === shown(reader)) return undefined
  return whenInWords(start, end, { ...reader, now })
}

export const timesOf = ({ start_datetime, end_datetime }: Times): [start: Date, end: Date] => [
  fromWire(start_datetime),
  fromWire(end_datetime),
]
