import { type RawBuilder, sql } from 'kysely'
import type { EventStatus, EventType } from '#booking/database/event.table.ts'
import { isShortSearch, SHORT_SEARCH_MAX, toWordBeginning } from '#shared/lib/short-search.ts'

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
  /** Only events that have this text, in any case, in their title or description. */
  search?: string | undefined
}

type Sql = RawBuilder<unknown>

/** The searched text; must equal the expression of the trigram index. */
const TEXT = sql`(title || chr(10) || coalesce(description, ''))`

/** Condition on `events` for the filter. A search text may use the trigram index. */
export function matches(filter: EventFilter): Sql {
  return allOf([...ofEvent(filter), filter.search && sql`${TEXT} ilike ${toPattern(filter.search)}`])
}

/**
 * The same without the trigram index, which would first collect every match of a frequent text: the appended empty string
 * makes the expression differ from the index's.
 */
export function matchesUnindexed(filter: EventFilter): Sql {
  return allOf([...ofEvent(filter), filter.search && sql`${TEXT} || '' ilike ${toPattern(filter.search)}`])
}

/** Query for a short search, which looks at the first `SHORT_SEARCH_MAX` events only, so that its cost is bounded. */
function matchingShortly(filter: EventFilter): Sql {
  const { facilitator_id, startsAfter, startsFrom, startsBefore, search = '' } = filter
  const first = allOf(ofEvent({ facilitator_id, startsAfter, startsFrom, startsBefore }))
  return sql`
    select id, start_datetime
    from (select * from events where ${first} order by start_datetime, id limit ${SHORT_SEARCH_MAX}) events
    where ${allOf(ofEvent(filter))} and ${TEXT} ~* ${toWordBeginning(search)}`
}

/** Query for `id` and `start_datetime` of the matching events. */
export function matching(filter: EventFilter): Sql {
  const isShort = filter.search && isShortSearch(filter.search)
  return isShort
    ? matchingShortly(filter)
    : sql`select id, start_datetime from events where ${matches(filter)}`
}

function ofEvent(filter: EventFilter): (Sql | undefined | 0)[] {
  const { event_type, facilitator_id, status, startsAfter, startsFrom, startsBefore } = filter
  return [
    sql`true`,
    event_type && sql`event_type = ${event_type}`,
    facilitator_id && sql`facilitator_id = ${facilitator_id}`,
    status && sql`status = ${status}`,
    startsAfter && sql`start_datetime > ${startsAfter}`,
    startsFrom && sql`start_datetime >= ${startsFrom}`,
    startsBefore && sql`start_datetime < ${startsBefore}`,
  ]
}

/** Condition on the count tables for status and type of the filter. */
export function isCounted({ status, event_type }: EventFilter): Sql {
  return allOf([
    status ? sql`status = ${status}` : sql`status in ('ACTIVE', 'CANCELLED', 'COMPLETED')`,
    event_type && sql`event_type = ${event_type}`,
  ])
}

function allOf(conditions: (Sql | undefined | '' | 0)[]): Sql {
  return sql.join(
    conditions.filter((each) => !!each),
    sql` and `,
  )
}

/** Returns an `ilike` pattern that finds `text` anywhere, with its own `%`, `_` and `\` taken literally. */
export function toPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
