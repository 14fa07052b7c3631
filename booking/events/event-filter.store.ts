import { type RawBuilder, sql } from 'kysely'
import type { EventStatus, EventType } from '#booking/database/event.table.ts'
import { hasWords, isShortSearch, SHORT_SEARCH_MAX } from '#shared/db/text-search.ts'

export type EventFilter = {
  event_type?: EventType | undefined
  facilitator_id?: number | undefined
  /** Only events that are part of this one. */
  parent_event_id?: number | undefined
  status?: EventStatus | undefined
  /** Only events that are not over at this time. Together with `status: 'ACTIVE'`, which past events lose soon. */
  endsAfter?: Date | undefined
  /** Only events that begin at this time or later. */
  startsFrom?: Date | undefined
  /** Only events that begin before this time. */
  startsBefore?: Date | undefined
  /** Only events with an online link. */
  isOnline?: boolean | undefined
  /** Only events that have all these words in title, description, place or the name of who leads them. */
  search?: string | undefined
}

type Sql = RawBuilder<unknown>

/** Condition on `events` for the filter. A search text may use the trigram index. */
export function matches(filter: EventFilter): Sql {
  return allOf([...ofEvent(filter), filter.search && hasWords(sql`search_text`, filter.search)])
}

/**
 * The same without the trigram index, which would first collect every match of a frequent text: the appended empty string
 * makes the expression differ from the index's.
 */
export function matchesUnindexed(filter: EventFilter): Sql {
  return allOf([...ofEvent(filter), filter.search && hasWords(sql`(search_text || '')`, filter.search)])
}

/** Query for a short search, which looks at the first `SHORT_SEARCH_MAX` events only, so that its cost is bounded. */
function matchingShortly(filter: EventFilter): Sql {
  const { facilitator_id, parent_event_id, status, endsAfter, startsFrom, startsBefore, search = '' } = filter
  // Without a status the events to come would have to be told from all that are over.
  const first = allOf(
    ofEvent({
      facilitator_id,
      parent_event_id,
      ...(endsAfter && { status, endsAfter }),
      startsFrom,
      startsBefore,
    }),
  )
  return sql`
    select id, start_datetime
    from (select * from events where ${first} order by start_datetime, id limit ${SHORT_SEARCH_MAX}) events
    where ${allOf(ofEvent(filter))} and ${hasWords(sql`search_text`, search)}`
}

/** Query for `id` and `start_datetime` of the matching events. */
export function matching(filter: EventFilter): Sql {
  const isShort = filter.search && isShortSearch(filter.search)
  return isShort
    ? matchingShortly(filter)
    : sql`select id, start_datetime from events where ${matches(filter)}`
}

function ofEvent(filter: EventFilter): (Sql | undefined | 0 | false)[] {
  const {
    event_type,
    facilitator_id,
    parent_event_id,
    status,
    endsAfter,
    startsFrom,
    startsBefore,
    isOnline,
  } = filter
  return [
    sql`true`,
    event_type && sql`event_type = ${event_type}`,
    facilitator_id && sql`facilitator_id = ${facilitator_id}`,
    parent_event_id && sql`parent_event_id = ${parent_event_id}`,
    status && sql`status = ${status}`,
    endsAfter && sql`end_datetime > ${endsAfter}`,
    startsFrom && sql`start_datetime >= ${startsFrom}`,
    startsBefore && sql`start_datetime < ${startsBefore}`,
    isOnline && sql`virtual_link is not null`,
  ]
}

/** Whether the kept counts (decision 0026) do not know how many events match: these are counted. */
export const isSearch = ({ search, isOnline }: EventFilter): boolean => Boolean(search) || isOnline === true

/** Condition on the count tables for status and type of the filter. */
export function isCounted({ status, event_type }: EventFilter): Sql {
  return allOf([
    status ? sql`status = ${status}` : sql`status in ('ACTIVE', 'CANCELLED', 'COMPLETED')`,
    event_type && sql`event_type = ${event_type}`,
  ])
}

function allOf(conditions: (Sql | undefined | '' | 0 | false)[]): Sql {
  return sql.join(
    conditions.filter((each) => !!each),
    sql` and `,
  )
}
