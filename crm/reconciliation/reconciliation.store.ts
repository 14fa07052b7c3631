import { sql } from 'kysely'
import type { Db } from '#crm/database.ts'
import { type BookingState, RANGE_SIZE, type RangeDigest } from '#shared/contracts/reconciliation.schema.ts'

export type IdSpan = { from: number; to: number }

export async function listDigests(db: Db, { from, to }: IdSpan): Promise<RangeDigest[]> {
  const { rows } = await sql<RangeDigest>`
    select (booking_id - 1) / ${RANGE_SIZE}::integer * ${RANGE_SIZE}::integer + 1 as from, count(*) as count,
           md5(string_agg(booking_id || case when status = 'cancelled' then 'c' else 'a' end, ',' order by booking_id))
             as digest
    from notifications where booking_id between ${from} and ${to} group by 1 order by 1`.execute(db)
  return rows
}

export async function listStates(db: Db, { from, to }: IdSpan): Promise<BookingState[]> {
  const { rows } = await sql<BookingState>`
    select booking_id, status = 'cancelled' as is_cancelled
    from notifications where booking_id between ${from} and ${to} order by booking_id`.execute(db)
  return rows
}
