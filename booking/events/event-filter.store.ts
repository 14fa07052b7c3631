import { type RawBuilder, sql } from 'kysely'
import type { EventStatus, EventType } from './event.schema.ts'

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

/** What is searched, as the trigram index has it. */
const TEXT = sql`(title || chr(10) || coalesce(description, ''))`

/** What an event has to be like. Events are found by their text where they can be. */
export function matches(filter: EventFilter): Sql {
  return allOf([...ofEvent(filter), filter.search && sql`${TEXT} ilike ${toPattern(filter.search)}`])
}

/**
 * The same for events that are found by their day. Of a text that many have, the index would first have to list them all:
 * what is added to the text keeps the planner from using it.
 */
export function matchesUnindexed(filter: EventFilter): Sql {
  return allOf([...ofEvent(filter), filter.search && sql`${TEXT} || '' ilike ${toPattern(filter.search)}`])
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

/** What a row of counts has to be like. */
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

/** For `ilike`: finds `text` anywhere, with its own `%`, `_` and `\` taken literally. */
export function toPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
