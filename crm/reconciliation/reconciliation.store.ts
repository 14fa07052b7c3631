import { sql } from 'kysely'
import type { Db } from '#crm/database/database.ts'
import { type BookingState, RANGE_SIZE, type RangeDigest } from '#shared/contracts/reconciliation.schema.ts'

export type IdSpan = { from: number; to: number }

/** The digests of all ranges with bookings. Lateral by range, so that rows are read in index order and need no sort. */
export async function listDigests(db: Db, { from, to }: IdSpan): Promise<RangeDigest[]> {
  const first = from - ((from - 1) % RANGE_SIZE)
  const { rows } = await sql<RangeDigest>`
    select range.first as from, known.count, known.digest
    from generate_series(${first}::bigint, ${to}::bigint, ${RANGE_SIZE}::bigint) range(first)
    cross join lateral (
      select count(*) as count,
             md5(string_agg(booking_id || case when status = 'cancelled' then 'c' else 'a' end, ',' order by booking_id))
               as digest
      from notifications
      where booking_id between greatest(range.first, ${from}::bigint) and least(range.first + ${RANGE_SIZE}::bigint - 1, ${to}::bigint)
    ) known
    where known.count > 0 order by range.first`.execute(db)
  return rows
}

export async function listStates(db: Db, { from, to }: IdSpan): Promise<BookingState[]> {
  const { rows } = await sql<BookingState>`
    select booking_id, status = 'cancelled' as is_cancelled
    from notifications where booking_id between ${from} and ${to} order by booking_id`.execute(db)
  return rows
}
