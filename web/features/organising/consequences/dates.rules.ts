import type { Event, Scope } from '#web/lib/api/contract.ts'
import { phaseOf } from '#web/lib/time/event-time.rules.ts'

/** The events of a series that a change applies to, of those ahead, as the API chooses them. */
export function datesInScope(event: Event, ahead: Event[], scope: Scope, now: Date): Event[] {
  const open = ahead.filter(
    (each) => each.series_id === event.series_id && each.id !== event.id && phaseOf(each, now) === 'upcoming',
  )
  if (scope === 'this') return [event]
  if (scope === 'all') return phaseOf(event, now) === 'upcoming' ? [event, ...open] : open
  return [event, ...open.filter((each) => isLater(each, event))]
}

export const bookingsOf = (dates: Event[]): number =>
  dates.reduce((sum, { current_participants }) => sum + current_participants, 0)

/** Whether people may be waiting for a seat. */
export const isAnyFull = (dates: Event[]): boolean => dates.some(({ is_full }) => is_full)

const isLater = (one: Event, other: Event) =>
  one.start_datetime === other.start_datetime ? one.id > other.id : one.start_datetime > other.start_datetime
