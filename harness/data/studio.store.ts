import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { Held, NewBooking, NewWaiting } from './studio-bookings.ts'

/** The first facilitator who has an account. */
export async function findHost(db: Db): Promise<number | undefined> {
  const found = await db
    .selectFrom('facilitators')
    .select('id')
    .where('user_id', 'is not', null)
    .where('is_active', '=', true)
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return found?.id
}

/** The demo's guests. */
export async function listGuests(db: Db): Promise<number[]> {
  const guests = await db
    .selectFrom('users')
    .select('id')
    .where('email', 'like', 'guest-%@example.com')
    .orderBy('id')
    .execute()
  return guests.map(({ id }) => id)
}

export async function listHeld(db: Db, user_ids: number[]): Promise<Held[]> {
  const { rows } = await sql<Held>`
    select user_id, lower(during) as start, upper(during) as end from bookings
    where user_id = any(${user_ids}::int[]) and status in ('PENDING', 'CONFIRMED')`.execute(db)
  return rows
}

export async function insertSeries(trx: Db, facilitator_id: number): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    insert into event_series (facilitator_id, recurrence, timezone)
    values (${facilitator_id}, 'FREQ=WEEKLY;COUNT=12', 'Europe/Berlin')
    returning id`.execute(trx)
  return rows[0]?.id as number
}

/** With their seats, and with messages to the CRM as if they had been booked. */
export async function insertBookings(trx: Db, bookings: NewBooking[]): Promise<void> {
  await sql`
    with booked as (
      insert into bookings (user_id, event_id, during, status, notes, payment_status)
      select user_id, event_id, tstzrange(start_datetime, end_datetime), new.status, notes, payment_status
      from jsonb_to_recordset(${JSON.stringify(bookings)}::jsonb)
        as new (user_id int, event_id int, status text, notes text, payment_status text)
      join events on events.id = event_id
      returning id, event_id
    ), told as (
      insert into outbox (topic, booking_id) select 'booking.created', id from booked
    )
    update events set current_participants = (select count(*) from booked where event_id = events.id),
                      revision = revision + 1
    where id in (select event_id from booked)`.execute(trx)
}

export async function insertWaiting(trx: Db, entries: NewWaiting[], now: Date): Promise<void> {
  await sql`
    insert into waitlist_entries (user_id, event_id, joined_at)
    select user_id, event_id, ${now} from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
      as new (user_id int, event_id int)`.execute(trx)
}
