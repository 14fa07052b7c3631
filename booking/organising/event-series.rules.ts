import type { EventRow } from '#booking/database/event.table.ts'
import { endAfter, fromWallTime, toWallTime, wallTimeBetween } from '#shared/lib/wall-time.ts'
import type { EventChanges } from './event-change.rules.ts'
import type { Scope } from './event-organising.schema.ts'
import type { Times } from './recurrence.rules.ts'

/** Whether the event is ahead and takes place. */
export const isOpen = ({ status, start_datetime }: EventRow, now: Date) =>
  status === 'ACTIVE' && start_datetime > now

/** Returns the events of the series in scope of `event`. Others that have begun or are cancelled are not in scope. */
export function eventsInScope(series: EventRow[], event: EventRow, scope: Scope, now: Date): EventRow[] {
  const isLater = ({ id, start_datetime }: EventRow) => {
    const ms = start_datetime.getTime() - event.start_datetime.getTime()
    return ms > 0 || (ms === 0 && id > event.id)
  }
  if (scope === 'all') return series.filter((each) => isOpen(each, now))
  return series.filter((each) => each.id === event.id || (isOpen(each, now) && isLater(each)))
}

/**
 * Translates an edit of `from` to an event of its series: start and length change by the same difference in local time, all
 * other fields are the same. A zone without times keeps the local time of every event, that of `from` too (decision 0011).
 */
export function fieldsLike(event: EventRow, fields: EventChanges, from: EventRow): EventChanges {
  if (!fields.start_datetime && !fields.end_datetime) return keepingClock(event, fields)
  if (event.id === from.id) return fields
  const { start_datetime: _start, end_datetime: _end, ...others } = fields
  const timezone = fields.timezone ?? event.timezone
  const own = wallTimes(event)
  const before = wallTimes(from)
  const after = wallTimes({ ...from, ...fields })
  const shift = wallTimeBetween(before.start, after.start)
  const growth = after.length.subtract(before.length)
  const isInPlace = shift.blank && timezone === event.timezone
  if (isInPlace && growth.blank) return others
  const start_datetime = isInPlace ? event.start_datetime : fromWallTime(own.start.add(shift), timezone)
  return {
    ...others,
    start_datetime,
    end_datetime: endAfter(start_datetime, own.length.add(growth), timezone),
  }
}

function keepingClock(event: EventRow, fields: EventChanges): EventChanges {
  const { timezone = event.timezone } = fields
  if (timezone === event.timezone) return fields
  const own = wallTimes(event)
  const start_datetime = fromWallTime(own.start, timezone)
  return { ...fields, start_datetime, end_datetime: endAfter(start_datetime, own.length, timezone) }
}

function wallTimes({ start_datetime, end_datetime, timezone }: Times & { timezone: string }) {
  const start = toWallTime(start_datetime, timezone)
  return { start, length: wallTimeBetween(start, toWallTime(end_datetime, timezone)) }
}
