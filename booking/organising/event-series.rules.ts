import type { EventRow } from '#booking/database/event.table.ts'
import { endAfter, fromWallTime, toWallTime, wallTimeBetween } from '#shared/lib/wall-time.ts'
import type { EventChanges } from './event-change.rules.ts'
import type { Scope } from './event-organising.schema.ts'
import type { Times } from './recurrence.rules.ts'

/** Which events of a series are meant, when `event` is one of them. What has begun or is cancelled is not. */
export function eventsInScope(series: EventRow[], event: EventRow, scope: Scope, now: Date): EventRow[] {
  const isOpen = ({ status, start_datetime }: EventRow) => status === 'ACTIVE' && start_datetime > now
  const isLater = ({ id, start_datetime }: EventRow) => {
    const ms = start_datetime.getTime() - event.start_datetime.getTime()
    return ms > 0 || (ms === 0 && id > event.id)
  }
  if (scope === 'all') return series.filter(isOpen)
  return series.filter((each) => each.id === event.id || (isOpen(each) && isLater(each)))
}

/**
 * What was sent about `from`, told to another event of its series: times move by as much as the clocks on the wall
 * show for `from`, the event becomes longer or shorter by as much, and everything else is taken over as it is.
 */
export function fieldsLike(event: EventRow, fields: EventChanges, from: EventRow): EventChanges {
  if (event.id === from.id) return fields
  const { start_datetime: _start, end_datetime: _end, ...others } = fields
  const timezone = fields.timezone ?? event.timezone
  const [own, before, after] = [event, from, { ...from, ...fields }].map(wallTimes) as [Wall, Wall, Wall]
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

type Wall = ReturnType<typeof wallTimes>

function wallTimes({ start_datetime, end_datetime, timezone }: Times & { timezone: string }) {
  const start = toWallTime(start_datetime, timezone)
  return { start, length: wallTimeBetween(start, toWallTime(end_datetime, timezone)) }
}
