import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { clashesWith, holdsSeat } from './booking.sql.ts'

/**
 * A clash is two active bookings of one person at the same time, unless one event is part of the other. Only moving an event,
 * or changing what it is part of, can cause one (decisions 0010, 0052). The moved booking is marked `has_clash` while it
 * clashes with any other.
 *
 * Lock order for all that moves or ends bookings: events by id, then attendees by id, then bookings. So two changes for the
 * same person see each other's result, and no two can deadlock. A transaction that locks a person or a facilitator first and may
 * come to an event, also by a foreign key, is a `retryingTransaction`.
 */

/** Locks these people against other changes of their bookings until the transaction ends; they can still book. */
export async function lockAttendees(trx: Db, userIds: number[]): Promise<void> {
  await sql`select from users where id = any(${userIds}::integer[]) order by id for no key update`.execute(
    trx,
  )
}

/** Locks everybody who has a seat at one of the events. Returns their ids. */
export async function lockAttendeesOf(trx: Db, eventIds: number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from users where id in (
      select user_id from bookings
      where event_id = any(${eventIds}::integer[]) and ${holdsSeat()}
    ) order by id for no key update`.execute(trx)
  return rows.map(({ id }) => id)
}

/** Moves the bookings to the present times and parents of their events. All are marked until `settle`. */
export async function moveAlong(trx: Db, eventIds: number[]): Promise<void> {
  await sql`
    with moved as materialized (
      select id from bookings
      where event_id = any(${eventIds}::integer[]) and ${holdsSeat()}
      order by id for no key update
    )
    update bookings set during = tstzrange(events.start_datetime, events.end_datetime),
      parent_event_id = events.parent_event_id, has_clash = true
    from events where events.id = bookings.event_id and bookings.id in (select id from moved)`.execute(trx)
}

/**
 * Clears the marks of bookings that clash with no other. Throws SQLSTATE 23P01 when a concurrent booking of the person, which
 * this transaction cannot see, overlaps: the transaction has to be retried.
 */
export async function settle(trx: Db, userIds: number[]): Promise<void> {
  await sql`
    update bookings set has_clash = false
    where user_id = any(${userIds}::integer[]) and has_clash
    and not exists (
      select from (${clashesWith(BOOKING, sql`other.id`, sql`bookings.user_id`)}) other
      where other.id <> bookings.id
    )`.execute(trx)
}

const BOOKING = {
  event_id: sql`bookings.event_id`,
  parent_event_id: sql`bookings.parent_event_id`,
  during: sql`bookings.during`,
}

/** Returns how many bookings of these events are marked. */
export async function count(trx: Db, eventIds: number[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from bookings
    where event_id = any(${eventIds}::integer[]) and status <> 'CANCELLED' and has_clash`.execute(trx)
  return rows[0]?.count ?? 0
}
