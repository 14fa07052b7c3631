import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { fullNameOf } from '#booking/database/full-name.sql.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { eventColumns } from './event.sql.ts'
import { type EventWithFacilitator, type RevisedEvent, toRevisedEvent } from './event.store.ts'
import { countBetween, countOfFacilitator, findDays } from './event-count.store.ts'
import { type EventFilter, isSearch, matches, matchesUnindexed, matching } from './event-filter.store.ts'

/** From this offset on pages are looked up by day, which is then faster than skipping rows. */
const DEEP_OFFSET = 1_000

export type ListedEvents = { events: RevisedEvent[]; total: number }

/** Returns one page in order of start, and the total. Neither grows with the number of events (decisions 0023, 0026). */
export async function list(db: Db, filter: EventFilter, slice: Slice): Promise<ListedEvents> {
  if (isSearch(filter) || filter.parent_event_id) return readMatches(db, filter, slice)
  if (filter.facilitator_id) {
    const [events, total] = await Promise.all([readPage(db, filter, slice), countOfFacilitator(db, filter)])
    return { events, total }
  }
  if (slice.offset > DEEP_OFFSET) return listByDay(db, filter, slice)
  const [events, { total }] = await Promise.all([readPage(db, filter, slice), countBetween(db, filter)])
  return { events, total }
}

/** Returns a page of a search with many matches by reading events in order of start. A rare word would read all events. */
export function walk(db: Db, filter: EventFilter, slice: Slice): Promise<RevisedEvent[]> {
  return readPage(db, filter, slice, matchesUnindexed)
}

export async function countMatching(db: Db, filter: EventFilter): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from (${matching(filter)}) found`.execute(db)
  return rows[0]?.total ?? 0
}

/** Looks up from the counts on which days the page's events begin. */
async function listByDay(db: Db, filter: EventFilter, slice: Slice): Promise<ListedEvents> {
  const count = await countBetween(db, filter)
  if (slice.offset >= count.total) return { events: [], total: count.total }
  const { days, offset } = await findDays(db, filter, count, slice)
  return { events: await readDays(db, filter, days, { ...slice, offset }), total: count.total }
}

function readPage(
  db: Db,
  filter: EventFilter,
  { limit, offset }: Slice,
  condition = matches,
): Promise<RevisedEvent[]> {
  return withFacilitators(
    db,
    sql`select * from events where ${condition(filter)} order by start_datetime, id limit ${limit} offset ${offset}`,
  )
}

/** `offset 0` makes the planner read day by day; otherwise it may walk through all earlier events. */
function readDays(
  db: Db,
  filter: EventFilter,
  days: string[],
  { limit, offset }: Slice,
): Promise<RevisedEvent[]> {
  return withFacilitators(
    db,
    sql`
      select events.* from unnest(${days}::timestamp[]) day cross join lateral (
        select * from events
        where start_datetime >= day at time zone 'UTC' and start_datetime < (day + interval '1 day') at time zone 'UTC'
          and ${matches(filter)} offset 0
      ) events order by start_datetime, id limit ${limit} offset ${offset}`,
  )
}

async function withFacilitators(db: Db, page: RawBuilder<unknown>): Promise<RevisedEvent[]> {
  const { rows } = await sql<EventWithFacilitator>`
    select ${eventColumns('page')}, ${fullNameOf('facilitators')} as facilitator_name,
           facilitators.bio as facilitator_bio
    from (${page}) page join facilitators on facilitators.id = page.facilitator_id
    order by start_datetime, page.id`.execute(db)
  return rows.map(toRevisedEvent)
}

/** Finds the matches once, for the page and the total. */
async function readMatches(db: Db, filter: EventFilter, { limit, offset }: Slice) {
  const { rows } = await sql<EventWithFacilitator & { total: number }>`
    with matching as materialized (${matching(filter)})
    select ${eventColumns()}, ${fullNameOf('facilitators')} as facilitator_name,
           facilitators.bio as facilitator_bio, counted.total
    from (select count(*) as total from matching) counted
    left join (select id from matching order by start_datetime, id limit ${limit} offset ${offset}) page on true
    left join events on events.id = page.id
    left join facilitators on facilitators.id = events.facilitator_id
    order by events.start_datetime, events.id`.execute(db)
  const found = rows.filter(({ id }) => id !== null)
  return { events: found.map(toRevisedEvent), total: rows[0]?.total ?? 0 }
}
