import { sql } from 'kysely'
import { holdsSeat } from '#booking/bookings/booking.sql.ts'
import type { Db } from '#booking/database/database.ts'

/** Returns upcoming events, all or one facilitator's, at which the user has a seat or waits for one. */
export async function listEventsAhead(
  db: Db,
  { user_id, facilitator_id }: { user_id: number; facilitator_id?: number | undefined },
  now: Date,
): Promise<number[]> {
  const theirs = facilitator_id === undefined ? sql`true` : sql`facilitator_id = ${facilitator_id}`
  const { rows } = await sql<{ id: number }>`
    select id from events where start_datetime > ${now} and ${theirs} and id in (
      select event_id from bookings where user_id = ${user_id} and ${holdsSeat()}
      union select event_id from waitlist_entries where user_id = ${user_id} and status = 'waiting'
    )`.execute(db)
  return rows.map(({ id }) => id)
}

/** Returns the user's bookings that hold a seat at these events. */
export function listSeats(
  trx: Db,
  user_id: number,
  eventIds: number[],
): Promise<{ id: number; event_id: number }[]> {
  return trx
    .selectFrom('bookings')
    .select(['id', 'event_id'])
    .where('user_id', '=', user_id)
    .where('event_id', '=', sql<number>`any(${eventIds}::integer[])`)
    .where(holdsSeat())
    .orderBy('id')
    .execute()
}
