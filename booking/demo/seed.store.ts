import { sql } from 'kysely'
import type { Db } from '#booking/database.ts'

/** Ids from `first` to `first + count - 1`. */
export type IdRange = { first: number; count: number }

export async function insertUsers(
  trx: Db,
  count: number,
  password_hash: string,
  run: string,
): Promise<IdRange> {
  const { rows } = await sql<{ id: number }>`
    insert into users (email, password_hash, first_name, last_name)
    select 'seed-' || ${run}::text || '-' || n || '@example.com', ${password_hash}, 'Seed', 'User ' || n
    from generate_series(1, ${count}::int) n
    returning id`.execute(trx)
  return toRange(rows)
}

export async function insertFacilitators(trx: Db, count: number): Promise<IdRange> {
  const { rows } = await sql<{ id: number }>`
    insert into facilitators (first_name, last_name, bio, specialization, experience_years)
    select 'Seed', 'Facilitator ' || n, 'Leads seeded events', 'Meditation', n % 30
    from generate_series(1, ${count}::int) n
    returning id`.execute(trx)
  return toRange(rows)
}

/** Half-hour events one after the other from `start` on, so that nobody's bookings can overlap. Every tenth is a retreat. */
export async function insertEvents(
  trx: Db,
  {
    count,
    capacity,
    facilitators,
    start,
  }: { count: number; capacity: number; facilitators: IdRange; start: Date },
): Promise<IdRange> {
  const { rows } = await sql<{ first: number; count: number }>`
    with inserted as (
      insert into events (title, description, event_type, facilitator_id, start_datetime, end_datetime,
                          location, max_participants, price, requirements)
      select 'Seeded ' || (array['meditation', 'yoga', 'breathwork', 'sound bath', 'tai chi'])[1 + n % 5] || ' ' || n,
             'A quiet half hour, number ' || n,
             case when n % 10 = 0 then 'RETREAT' else 'SESSION' end,
             ${facilitators.first}::int + n % ${facilitators.count}::int,
             ${start}::timestamptz + n * interval '30 minutes',
             ${start}::timestamptz + (n + 1) * interval '30 minutes',
             'Room ' || 1 + n % 20, ${capacity}::int, 10 + n % 90, null
      from generate_series(0, ${count}::int - 1) n
      returning id
    )
    select min(id) as first, count(*) as count from inserted`.execute(trx)
  return rows[0] ?? { first: 0, count: 0 }
}

/** Deals bookings out over events and users like cards, so that no pair comes twice. They count as known to the CRM. */
export async function insertBookings(trx: Db, count: number, events: IdRange, users: IdRange): Promise<void> {
  await sql`
    insert into bookings (user_id, event_id, during, crm_notified_at)
    select ${users.first}::int + (n % ${events.count}::int + n / ${events.count}::int) % ${users.count}::int,
           events.id, tstzrange(start_datetime, end_datetime), now()
    from generate_series(0, ${count}::int - 1) n
    join events on events.id = ${events.first}::int + n % ${events.count}::int`.execute(trx)
  await sql`
    update events set current_participants = booked.seats
    from (
      select event_id, count(*) as seats from bookings
      where event_id between ${events.first}::int and ${events.first + events.count - 1}::int group by event_id
    ) booked
    where events.id = booked.event_id`.execute(trx)
}

/** Without fresh statistics the planner would meet a million rows believing in none. */
export async function analyse(db: Db): Promise<void> {
  await sql`analyze`.execute(db)
}

export async function listEmails(
  db: Db,
  { first, count }: IdRange,
): Promise<{ id: number; email: string }[]> {
  return db
    .selectFrom('users')
    .select(['id', 'email'])
    .where('id', '>=', first)
    .where('id', '<', first + count)
    .orderBy('id')
    .execute()
}

function toRange(rows: { id: number }[]): IdRange {
  return { first: rows[0]?.id ?? 0, count: rows.length }
}
