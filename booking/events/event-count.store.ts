import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { type EventFilter, isCounted, matches } from './event-filter.store.ts'

// The triggers `events_inserted`, `events_deleted` and `events_moved` keep `event_counts` and `facilitator_event_counts`.

/** `today`: how many events begin in the rest of the first day, those that are over included. `total`: how many there are in all. */
export type EventCount = { today: number; total: number }
type EventsAhead = { today: number; later: number }

const NO_EVENTS: EventsAhead = { today: 0, later: 0 }

/**
 * Counts the events that match the filter, which has no text. Its cost does not grow with the number of events (decision 0026).
 * The kept counts know nothing of ends, so events that are over and not completed yet are subtracted.
 */
export async function countBetween(db: Db, filter: EventFilter): Promise<EventCount> {
  const { ahead, beyond } = withoutEnd(filter)
  const [begin, tooLate, over] = await Promise.all([
    countBegins(db, ahead),
    beyond ? countBegins(db, beyond) : NO_EVENTS,
    countOver(db, filter),
  ])
  const counted = begin.today + begin.later - tooLate.today - tooLate.later
  return { today: Math.min(begin.today, counted), total: counted - over }
}

/** The same for one facilitator's events. */
export async function countOfFacilitator(db: Db, filter: EventFilter): Promise<number> {
  const { ahead, beyond } = withoutEnd(filter)
  const [begin, tooLate, over] = await Promise.all([
    countLed(db, ahead),
    beyond ? countLed(db, beyond) : 0,
    countOver(db, filter),
  ])
  return begin - tooLate - over
}

/** Events that are over and still ACTIVE: those of the last minute, until the worker has completed them. */
const over = ({ endsAfter, ...rest }: EventFilter) =>
  sql`events where ${matches(rest)} and status = 'ACTIVE' and end_datetime <= ${endsAfter}`

async function countOver(db: Db, filter: EventFilter): Promise<number> {
  if (!filter.endsAfter) return 0
  const { rows } = await sql<{ total: number }>`select count(*) as total from ${over(filter)}`.execute(db)
  return rows[0]?.total ?? 0
}

/** Returns the days on which a page's events begin, and how many events of the first of them precede the page. */
export async function findDays(db: Db, filter: EventFilter, { today }: EventCount, { limit, offset }: Slice) {
  const { startsFrom } = filter
  // Days without events are left out, so that never more days are added up than events are skipped.
  const later = sql`
    select starts_on, sum(count) as count from event_counts where unit = 'day' and ${isCounted(filter)} and count > 0
    ${startsFrom ? sql`and starts_on > ${utc(startsFrom)}` : sql``}
    group by starts_on order by starts_on limit ${offset + limit}`
  const all = startsFrom
    ? sql`select ${utc(startsFrom)}::date as starts_on, ${today}::integer as count union all (${later})`
    : later
  const open = filter.endsAfter
    ? sql`select starts_on, day.count - coalesce(over.count, 0) as count from (${all}) day left join (
        select (start_datetime at time zone 'UTC')::date as starts_on, count(*) as count from ${over(filter)} group by 1
      ) over using (starts_on)`
    : all
  const { rows } = await sql<{ starts_on: string; preceding: number }>`
    select starts_on::text, through - count as preceding
    from (select starts_on, count, sum(count) over (order by starts_on) as through from (${open}) day) day
    where through > ${offset} and through - count < ${offset + limit} order by starts_on`.execute(db)
  return { days: rows.map(({ starts_on }) => starts_on), offset: offset - (rows[0]?.preceding ?? 0) }
}

/** Counts a facilitator's events from the first moment on: the rest of its month by rows, later months by the counts. */
async function countLed(db: Db, filter: EventFilter): Promise<number> {
  const { startsFrom } = filter
  const months = sql`
    select coalesce(sum(count), 0) from facilitator_event_counts
    where facilitator_id = ${filter.facilitator_id} and ${isCounted(filter)}`
  const all = startsFrom
    ? sql`(select count(*) from events where ${matches(filter)} and start_datetime < ${nextMonth(startsFrom)})
          + (${months} and starts_on > ${utc(startsFrom)})`
    : sql`(${months})`
  const { rows } = await sql<{ total: number }>`select ${all} as total`.execute(db)
  return rows[0]?.total ?? 0
}

/** Counts events in the rest of the first day, and later ones. Without a first moment, all are later. */
async function countBegins(db: Db, filter: EventFilter): Promise<EventsAhead> {
  const { startsFrom } = filter
  const count = sql`select coalesce(sum(count), 0) from event_counts where ${isCounted(filter)}`
  const ahead = startsFrom
    ? sql`(select count(*) from events where ${matches(filter)} and start_datetime < ${nextDay(startsFrom)}) as today,
          (${count} and unit = 'month' and starts_on > ${utc(startsFrom)})
          + (${count} and unit = 'day' and starts_on > ${utc(startsFrom)} and starts_on < ${utc(nextMonth(startsFrom))}) as later`
    : sql`0 as today, (${count} and unit = 'month') as later`
  const { rows } = await sql<EventsAhead>`select ${ahead}`.execute(db)
  return rows[0] ?? NO_EVENTS
}

/** Counting works from a first moment on, so an end is expressed as a difference: `ahead` minus `beyond`. */
function withoutEnd({ startsBefore, endsAfter: _, ...ahead }: EventFilter): {
  ahead: EventFilter
  beyond?: EventFilter
} {
  if (!startsBefore) return { ahead }
  return { ahead, beyond: { ...ahead, startsFrom: latest(ahead.startsFrom, startsBefore) } }
}

function latest(a: Date | undefined, b: Date): Date {
  return a && a > b ? a : b
}

/** The counts are kept by UTC days and months. */
function utc(at: Date): RawBuilder<unknown> {
  return sql`(${at}::timestamptz at time zone 'UTC')`
}

function nextDay(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1))
}

function nextMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1))
}
