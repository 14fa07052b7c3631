import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#booking/database.ts'
import type { Slice } from '#shared/http/pagination.ts'
import type { EventStatus, EventType } from './event.schema.ts'
import { type EventWithFacilitator, type RevisedEvent, toRevisedEvent } from './event.store.ts'

export type EventFilter = {
  event_type?: EventType | undefined
  facilitator_id?: number | undefined
  status?: EventStatus | undefined
  /** Only events that have not begun at this time. */
  startsAfter?: Date | undefined
  /** Only events that begin at this time or later. */
  startsFrom?: Date | undefined
  /** Only events that begin before this time. */
  startsBefore?: Date | undefined
  search?: string | undefined
}

/** From here on pages are looked up by day: reading past so many rows takes longer than that. */
const DEEP_OFFSET = 1_000

/** One page in order of start, and how many there are in all. Neither takes longer when there are a million. */
export async function list(
  db: Db,
  filter: EventFilter,
  slice: Slice,
): Promise<{ events: RevisedEvent[]; total: number }> {
  if (filter.search) return search(db, filter, slice)
  if (filter.facilitator_id) {
    const [events, total] = await Promise.all([readPage(db, filter, slice), countOfFacilitator(db, filter)])
    return { events, total }
  }
  if (slice.offset <= DEEP_OFFSET) {
    const [events, { total }] = await Promise.all([readPage(db, filter, slice), countBetween(db, filter)])
    return { events, total }
  }
  const { today, total } = await countBetween(db, filter)
  if (slice.offset >= total) return { events: [], total }
  const [day] = slice.offset < today ? [] : await findDay(db, filter, slice.offset - today)
  const events = day
    ? await readPage(db, { ...filter, fromDay: day.starts_on }, { ...slice, offset: day.offset })
    : await readPage(db, filter, slice)
  return { events, total }
}

type PageFilter = EventFilter & { fromDay?: string }

async function readPage(db: Db, filter: PageFilter, { limit, offset }: Slice): Promise<RevisedEvent[]> {
  const { rows } = await sql<EventWithFacilitator>`
    select page.*, facilitators.first_name || ' ' || facilitators.last_name as facilitator_name,
           facilitators.bio as facilitator_bio
    from (
      select * from events where ${matches(filter)} order by start_datetime, id limit ${limit} offset ${offset}
    ) page join facilitators on facilitators.id = page.facilitator_id
    order by start_datetime, page.id`.execute(db)
  return rows.map(toRevisedEvent)
}

/** Matches are found once, for the page and for the total. */
async function search(db: Db, filter: EventFilter, { limit, offset }: Slice) {
  const { rows } = await sql<EventWithFacilitator & { total: number }>`
    with matching as materialized (select id, start_datetime from events where ${matches(filter)})
    select events.*, facilitators.first_name || ' ' || facilitators.last_name as facilitator_name,
           facilitators.bio as facilitator_bio, counted.total
    from (select count(*) as total from matching) counted
    left join (select id from matching order by start_datetime, id limit ${limit} offset ${offset}) page on true
    left join events on events.id = page.id
    left join facilitators on facilitators.id = events.facilitator_id
    order by events.start_datetime, events.id`.execute(db)
  const found = rows.filter(({ id }) => id !== null)
  return { events: found.map(toRevisedEvent), total: rows[0]?.total ?? 0 }
}

async function countOfFacilitator(db: Db, filter: EventFilter): Promise<number> {
  const { ahead, beyond } = withoutEnd(filter)
  const [begin, tooLate] = await Promise.all([countLed(db, ahead), beyond ? countLed(db, beyond) : 0])
  return begin - tooLate
}

/** How many of a facilitator's events begin at the first moment or later: what is left of its month is counted. */
async function countLed(db: Db, filter: EventFilter): Promise<number> {
  const startsAfter = firstMoment(filter)
  const months = sql`
    select coalesce(sum(count), 0) from facilitator_event_counts
    where facilitator_id = ${filter.facilitator_id} and ${counted(filter)}`
  const all = startsAfter
    ? sql`(select count(*) from events where ${matches(filter)} and start_datetime < ${nextMonth(startsAfter)})
          + (${months} and starts_on >= ${nextMonth(startsAfter)}::timestamptz at time zone 'UTC')`
    : sql`(${months})`
  const { rows } = await sql<{ total: number }>`select ${all} as total`.execute(db)
  return rows[0]?.total ?? 0
}

/** How many events there are, and how many of them begin in what is left of the first day. */
async function countBetween(db: Db, filter: EventFilter): Promise<{ today: number; total: number }> {
  const { ahead, beyond } = withoutEnd(filter)
  const [begin, tooLate] = await Promise.all([countBegins(db, ahead), beyond && countBegins(db, beyond)])
  const total = begin.today + begin.later - (tooLate ? tooLate.today + tooLate.later : 0)
  return { today: Math.min(begin.today, total), total }
}

/** Counts know where to begin and not where to end: what is `beyond` the end is taken off what is `ahead`. */
function withoutEnd({ startsBefore, ...ahead }: EventFilter): { ahead: EventFilter; beyond?: EventFilter } {
  if (!startsBefore) return { ahead }
  return { ahead, beyond: { ...ahead, startsFrom: latest(ahead.startsFrom, startsBefore) } }
}

/** How many events begin in what is left of the first day, and how many later. Without a first moment, all are later. */
async function countBegins(db: Db, filter: EventFilter): Promise<{ today: number; later: number }> {
  const startsAfter = firstMoment(filter)
  const months = sql`select coalesce(sum(count), 0) from event_counts where unit = 'month' and ${counted(filter)}`
  if (!startsAfter) {
    const { rows } = await sql<{ later: number }>`select (${months}) as later`.execute(db)
    return { today: 0, later: rows[0]?.later ?? 0 }
  }
  const { rows } = await sql<{ today: number; later: number }>`
    with moment as (select ${startsAfter}::timestamptz at time zone 'UTC' as now)
    select (select count(*) from events where ${matches(filter)} and start_datetime < ${nextDay(startsAfter)}) as today,
      (${months} and starts_on > (select now from moment))
      + (select coalesce(sum(count), 0) from event_counts where unit = 'day' and ${counted(filter)}
         and starts_on > (select now from moment)
         and starts_on < (select date_trunc('month', now) + interval '1 month' from moment)) as later`.execute(
    db,
  )
  return rows[0] ?? { today: 0, later: 0 }
}

/** The day on which the event is that `offset` others precede, the first day's aside, and how many of its own day do. */
async function findDay(db: Db, filter: EventFilter, offset: number) {
  const startsAfter = firstMoment(filter)
  const { rows } = await sql<{ starts_on: string; offset: number }>`
    select starts_on::text, ${offset}::integer - preceding as offset
    from (
      select starts_on, sum(sum(count)) over (order by starts_on) - sum(count) as preceding
      from event_counts where unit = 'day' and ${counted(filter)}
      ${startsAfter ? sql`and starts_on >= ${nextDay(startsAfter)}::timestamptz at time zone 'UTC'` : sql``}
      group by starts_on
    ) day
    where preceding <= ${offset} order by starts_on desc limit 1`.execute(db)
  return rows
}

function counted({ status, event_type }: EventFilter): RawBuilder<unknown> {
  return allOf([
    status ? sql`status = ${status}` : sql`status in ('ACTIVE', 'CANCELLED', 'COMPLETED')`,
    event_type && sql`event_type = ${event_type}`,
  ])
}

function matches(filter: PageFilter) {
  const { event_type, facilitator_id, status, startsAfter, startsFrom, startsBefore, fromDay, search } =
    filter
  return allOf([
    sql`true`,
    event_type && sql`event_type = ${event_type}`,
    facilitator_id && sql`facilitator_id = ${facilitator_id}`,
    status && sql`status = ${status}`,
    startsAfter && sql`start_datetime > ${startsAfter}`,
    startsFrom && sql`start_datetime >= ${startsFrom}`,
    startsBefore && sql`start_datetime < ${startsBefore}`,
    fromDay && sql`start_datetime >= ${fromDay}::timestamp at time zone 'UTC'`,
    search && sql`(title || chr(10) || coalesce(description, '')) ilike ${containing(search)}`,
  ])
}

function allOf(conditions: (RawBuilder<unknown> | undefined | '' | 0)[]): RawBuilder<unknown> {
  return sql.join(
    conditions.filter((each) => !!each),
    sql` and `,
  )
}

/** A pattern that finds `text` anywhere, with its own `%`, `_` and `\` taken literally. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

/** The moment of which the first day is taken: both bounds are kept by `matches`. */
function firstMoment({ startsAfter, startsFrom }: EventFilter): Date | undefined {
  return startsAfter && startsFrom ? latest(startsAfter, startsFrom) : (startsAfter ?? startsFrom)
}

function latest(a: Date | undefined, b: Date): Date {
  return a && a > b ? a : b
}

function nextDay(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 1))
}

function nextMonth(at: Date): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1))
}
