import { type Insertable, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import type { EventSeriesTable } from '#booking/database/event-series.table.ts'

export async function insert(trx: Db, series: Insertable<EventSeriesTable>): Promise<number> {
  const { id } = await trx.insertInto('event_series').values(series).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Locks the event, or all of its series, in order of id as everywhere, until the transaction ends. */
export async function lockEvents(trx: Db, id: number, series_id: number | null): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select * from events where id = ${id} or series_id = ${series_id} order by id for update`.execute(trx)
  return rows
}
