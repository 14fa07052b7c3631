import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { bookingsAt, holdsSeat } from './booking.sql.ts'

/**
 * A clash is two active bookings of one person at one time. Nobody can book one; it comes of moving an event. The
 * booking that was moved is marked, and stays marked for as long as it overlaps any other.
 *
 * Whoever moves or ends bookings locks events first, then their attendees, then the bookings. Two changes about the
 * same person therefore see each other's outcome, and no two can wait for each other in a circle.
 */

/** Holds what these people have booked, until the transaction ends. They can still book meanwhile. */
export async function lockAttendees(trx: Db, userIds: number[]): Promise<void> {
  await sql`select from users where id = any(${userIds}::integer[]) order by id for no key update`.execute(
    trx,
  )
}

/** The same for everybody who has booked one of the events. Returns their ids. */
export async function lockAttendeesOf(trx: Db, eventIds: number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from users where id in (
      select user_id from bookings
      where event_id = any(${eventIds}::integer[]) and ${holdsSeat()}
    ) order by id for no key update`.execute(trx)
  return rows.map(({ id }) => id)
}

/** Takes the bookings along to the times that their events have now. All are marked until they are settled. */
export async function moveAlong(trx: Db, eventIds: number[]): Promise<void> {
  await sql`
    with moved as materialized (
      select id from bookings
      where event_id = any(${eventIds}::integer[]) and ${holdsSeat()}
      order by id for no key update
    )
    update bookings set during = tstzrange(events.start_datetime, events.end_datetime), has_clash = true
    from events where events.id = bookings.event_id and bookings.id in (select id from moved)`.execute(trx)
}

/**
 * Clears the marks of bookings that overlap no other any more. Throws 23P01 when the person has just booked something
 * at that time, which this transaction could not see: it has to be begun anew.
 */
export async function settle(trx: Db, userIds: number[]): Promise<void> {
  await sql`
    update bookings set has_clash = false
    where user_id = any(${userIds}::integer[]) and has_clash
    and not exists (
      select from (${bookingsAt(sql`other.id`, sql`bookings.user_id`, sql`bookings.during`)}) other
      where other.id <> bookings.id
    )`.execute(trx)
}

/** How many bookings of these events are marked. */
export async function count(trx: Db, eventIds: number[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from bookings
    where event_id = any(${eventIds}::integer[]) and status <> 'CANCELLED' and has_clash`.execute(trx)
  return rows[0]?.count ?? 0
}
