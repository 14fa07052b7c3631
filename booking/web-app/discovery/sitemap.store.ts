import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'

export type Listed = { id: number; changed_at: Date }

/** Returns which parts of the ids, each of `size`, have events that are not over. */
export async function listParts(db: Db, now: Date, size: number): Promise<number[]> {
  const { rows } = await sql<{ part: number }>`
    select distinct (id - 1) / ${size}::integer as part from events
    where status = 'ACTIVE' and end_datetime > ${now} order by 1`.execute(db)
  return rows.map(({ part }) => part)
}

/** Returns the events of one part that are not over. */
export async function listPart(db: Db, now: Date, size: number, part: number): Promise<Listed[]> {
  const { rows } = await sql<Listed>`
    select id, updated_at as changed_at from events
    where id > ${part}::bigint * ${size}::integer and id <= (${part}::bigint + 1) * ${size}::integer
      and status = 'ACTIVE' and end_datetime > ${now} order by id`.execute(db)
  return rows
}

export async function listFacilitators(db: Db, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('facilitators')
    .select('id')
    .where('is_active', '=', true)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
