import { type Insertable, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import type { EventSeriesTable } from '#booking/database/event-series.table.ts'

export async function insert(trx: Db, series: Insertable<EventSeriesTable>): Promise<number> {
  const { id } = await trx.insertInto('event_series').values(series).returning('id').executeTakeFirstOrThrow()
  return id
}

type Wanted = {
  id: number
  series_id: number | null
  /** Another event, which is to be the parent. */
  parent_event_id?: number | null | undefined
  /** Also the events that are part of these. */
  withParts?: boolean
}

/**
 * Locks the event or all of its series, and what else is wanted, in order of id as everywhere, until the transaction ends.
 * One statement, so that the order is one.
 */
export async function lockEvents(
  trx: Db,
  { id, series_id, parent_event_id = null, withParts = false }: Wanted,
): Promise<EventRow[]> {
  const own = sql`id = ${id} or series_id = ${series_id}`
  const parts = withParts ? sql`or parent_event_id = any(array(select id from events where ${own}))` : sql``
  const { rows } = await sql<EventRow>`
    select * from events where ${own} or id = ${parent_event_id} ${parts} order by id for update`.execute(trx)
  return rows
}
