import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'

/** Ids from `first` to `first + count - 1`. */
export type IdRange = { first: number; count: number }

export async function insertUsers(
  trx: Db,
  count: number,
  password_hash: string | null,
  run: string,
): Promise<IdRange> {
  const { rows } = await sql<{ id: number }>`
    insert into users (email, password_hash, first_name, last_name, is_demo)
    select 'seed-' || ${run}::text || '-' || n || '@example.com', ${password_hash}::text, 'Seed', 'User ' || n,
           ${password_hash}::text is not null
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

/** How bookings are dealt out: like cards over so many events, beginning with the first, each time to other users. */
export type Deal = { bookings: number; over: number }

export type NewEvents = {
  /** The first one's number; they are counted through over all calls. */
  from: number
  count: number
  capacity: number
  facilitators: IdRange
  /** Of event number 0. */
  start: Date
  deal: Deal
}

/**
 * Half-hour events one after the other from `start` on, so that nobody's bookings can overlap. Every tenth is a retreat.
 * They come with the seats already taken that `insertBookings` is going to fill: to change a million rows afterwards
 * would take longer than all else.
 */
export async function insertEvents(trx: Db, events: NewEvents): Promise<number> {
  const { from, count, capacity, facilitators, start, deal } = events
  const { rows } = await sql<{ first: number }>`
    with inserted as (
      insert into events (title, description, event_type, facilitator_id, start_datetime, end_datetime,
                          location, max_participants, current_participants, price, requirements)
      select 'Seeded ' || (array['meditation', 'yoga', 'breathwork', 'sound bath', 'tai chi'])[1 + n % 5] || ' ' || n,
             'A quiet half hour, number ' || n,
             case when n % 10 = 0 then 'RETREAT' else 'SESSION' end,
             ${facilitators.first}::int + n % ${facilitators.count}::int,
             ${start}::timestamptz + n * interval '30 minutes',
             ${start}::timestamptz + (n + 1) * interval '30 minutes',
             'Room ' || 1 + n % 20, ${capacity}::int,
             case when n < ${deal.over}::int
               then ${deal.bookings}::int / ${deal.over}::int + (n < ${deal.bookings}::int % ${deal.over}::int)::int
               else 0 end,
             10 + n % 90, null
      from generate_series(${from}::int, ${from + count}::int - 1) n
      returning id
    )
    select min(id) as first from inserted`.execute(trx)
  return rows[0]?.first ?? 0
}

/** Card numbers `from` to `from + count - 1`. No pair of user and event comes twice. They count as known to the CRM. */
export async function insertBookings(
  trx: Db,
  { from, count }: { from: number; count: number },
  { firstEvent, deal, users }: { firstEvent: number; deal: Deal; users: IdRange },
): Promise<void> {
  await sql`
    insert into bookings (user_id, event_id, during, crm_notified_at)
    select user_id, events.id, tstzrange(start_datetime, end_datetime), now()
    from (
      select ${users.first}::int + (n % ${deal.over}::int + n / ${deal.over}::int) % ${users.count}::int as user_id,
             ${firstEvent}::int + n % ${deal.over}::int as event_id
      from generate_series(${from}::int, ${from + count}::int - 1) n
    ) card join events on events.id = card.event_id`.execute(trx)
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
