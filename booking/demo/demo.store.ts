import { sql } from 'kysely'
import { holdsSeat } from '#booking/bookings/booking.sql.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'

/** Serialises changes of demo data across instances until the transaction ends. */
export async function lockDemoData(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('stillpoint demo data'))`.execute(trx)
}

export async function hasUsers(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

/**
 * Locks and returns accounts with the published password that are active, admins or facilitators. The trigger
 * `users_leave_demo` clears `is_demo` when the password changes.
 */
export function lockAccountsWithRole(trx: Db): Promise<UserRow[]> {
  const leads = sql<boolean>`exists (select from facilitators where user_id = users.id and facilitators.is_active)`
  return trx
    .selectFrom('users')
    .selectAll()
    .where('is_demo', '=', true)
    .where((where) => where.or([where('is_active', '=', true), where('is_admin', '=', true), leads]))
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
}

/** Returns closed demo accounts with an upcoming seat or a waiting list entry. */
export async function listClosedHolders(db: Db, now: Date): Promise<{ id: number }[]> {
  const { rows } = await sql<{ id: number }>`
    select id from users where is_demo and not is_active and (
      exists (
        select from bookings join events on events.id = event_id
        where bookings.user_id = users.id and ${holdsSeat()} and start_datetime > ${now}
      ) or exists (
        select from waitlist_entries entry join events on events.id = event_id
        where entry.user_id = users.id and entry.status = 'waiting' and start_datetime > ${now}
      )
    ) order by id`.execute(db)
  return rows
}

/** Returns the number of active events led by demo accounts. */
export async function countEventsAhead(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from events
    join facilitators on facilitators.id = events.facilitator_id join users on users.id = facilitators.user_id
    where users.is_demo and status = 'ACTIVE' and end_datetime > ${now}`.execute(db)
  return rows[0]?.count ?? 0
}

/** Returns the demo event if it has begun. A renamed event counts as somebody's own and is not moved. */
export function findBegun(db: Db, id: number, title: string, now: Date): Promise<EventRow | undefined> {
  return db
    .selectFrom('events')
    .selectAll()
    .where('id', '=', id)
    .where('title', '=', title)
    .where('start_datetime', '<=', now)
    .executeTakeFirst()
}

/**
 * Returns the moment of each local time such as `2026-01-15T07:00`, in the same order. PostgreSQL reads the time zones
 * because the first one that JavaScript reads costs the process about 8 MB as long as it runs.
 */
export async function listInstants(db: Db, times: { local: string; timezone: string }[]): Promise<Date[]> {
  const { rows } = await sql<{ instant: Date }>`
    select local at time zone timezone as instant
    from unnest(${times.map(({ local }) => local)}::timestamp[], ${times.map(({ timezone }) => timezone)}::text[])
      with ordinality as time (local, timezone, position)
    order by position`.execute(db)
  return rows.map(({ instant }) => instant)
}

/** Returns the first start after `now` that is whole cycles later in local time, so that every event keeps its slot. */
export async function getNextStart(db: Db, event_id: number, cycleDays: number, now: Date): Promise<Date> {
  const { rows } = await sql<{ start: Date }>`
    with event as (
      select start_datetime at time zone timezone as local, timezone,
        floor(extract(epoch from ${now}::timestamptz - start_datetime) / 86400 / ${cycleDays}::integer)::integer as passed
      from events where id = ${event_id}
    ), candidate as (
      select (local + make_interval(days => cycle * ${cycleDays}::integer)) at time zone timezone as start
      from event, generate_series(passed + 1, passed + 2) as cycle
    )
    select min(start) as start from candidate where start > ${now}`.execute(db)
  return (rows[0] as { start: Date }).start
}

/** Moves the event to `start` without its bookings, which stay with a copy at the old time. */
export async function rollForward(trx: Db, event: EventRow, start: Date): Promise<void> {
  const { id, ...past } = event
  const end = new Date(start.getTime() + event.end_datetime.getTime() - event.start_datetime.getTime())
  const copy = await trx.insertInto('events').values(past).returning('id').executeTakeFirstOrThrow()
  await trx.updateTable('bookings').set({ event_id: copy.id }).where('event_id', '=', id).execute()
  await trx
    .updateTable('events')
    .set({
      start_datetime: start,
      end_datetime: end,
      status: 'ACTIVE',
      current_participants: 0,
      revision: event.revision + 1,
      sequence: event.sequence + 1,
    })
    .where('id', '=', id)
    .execute()
}

/** Books the first `count` guests onto the event, with their messages to the CRM. */
export async function bookGuests(trx: Db, event_id: number, count: number): Promise<void> {
  await sql`
    with booked as (
      insert into bookings (user_id, event_id, during)
      select users.id, events.id, tstzrange(start_datetime, end_datetime)
      from events, users
      where events.id = ${event_id} and users.id in (
        select id from users where email like 'guest-%@example.com' order by id limit ${count}
      )
      on conflict do nothing returning id
    ), outbox_rows as (
      insert into outbox (topic, booking_id) select 'booking.created', id from booked
    )
    update events set current_participants = current_participants + (select count(*) from booked), revision = revision + 1
    where id = ${event_id}`.execute(trx)
}

/** Returns the active accounts with these addresses that still have the published password. */
export async function listOpenLogins(
  db: Db,
  emails: string[],
): Promise<{ email: string; is_admin: boolean; leads: boolean }[]> {
  const { rows } = await sql<{ email: string; is_admin: boolean; leads: boolean }>`
    select email, is_admin,
      exists (select from facilitators where user_id = users.id and facilitators.is_active) as leads
    from users where is_demo and is_active and email = any(${emails})`.execute(db)
  return rows
}
