import { sql } from 'kysely'
import { insertMessages } from '#booking/crm-link/outbox/outbox.sql.ts'
import type { Db } from '#booking/database/database.ts'
import { type BookingState, RANGE_SIZE, type RangeDigest } from '#shared/contracts/reconciliation.schema.ts'

export type IdSpan = { from: number; to: number }

export async function highestId(db: Db): Promise<number> {
  const row = await db
    .selectFrom('bookings')
    .select(({ fn }) => fn.max('id').as('id'))
    .executeTakeFirst()
  return row?.id ?? 0
}

export async function listDigests(db: Db, { from, to }: IdSpan): Promise<RangeDigest[]> {
  const { rows } = await sql<RangeDigest>`
    select (id - 1) / ${RANGE_SIZE}::integer * ${RANGE_SIZE}::integer + 1 as from, count(*) as count,
           md5(string_agg(id || case when status = 'CANCELLED' then 'c' else 'a' end, ',' order by id)) as digest
    from bookings where id between ${from} and ${to} group by 1 order by 1`.execute(db)
  return rows
}

/** `is_waiting`: the booking has a message in the outbox. */
export async function listStates(
  db: Db,
  { from, to }: IdSpan,
): Promise<(BookingState & { is_waiting: boolean })[]> {
  const { rows } = await sql<BookingState & { is_waiting: boolean }>`
    select id as booking_id, status = 'CANCELLED' as is_cancelled,
           exists (select from outbox where booking_id = bookings.id) as is_waiting
    from bookings where id between ${from} and ${to} order by id`.execute(db)
  return rows
}

/** Adds a message with the present state of each booking to the outbox, unless it has one there already. */
export async function enqueueAgain(db: Db, booking_ids: number[], now: Date): Promise<void> {
  await sql`${insertMessages({
    topic: sql`case when status = 'CANCELLED' then 'booking.cancelled' else 'booking.created' end`,
    booking_id: sql`id`,
    now,
    dueAt: now,
    source: sql`bookings where id = any(${booking_ids}::integer[])
      and not exists (select from outbox where booking_id = bookings.id)`,
  })}`.execute(db)
}
