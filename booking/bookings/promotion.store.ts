import { sql } from 'kysely'
import { insertEntries } from '#booking/audit-log/audit-log.sql.ts'
import { insertMessages } from '#booking/crm-link/outbox/outbox.sql.ts'
import type { Db } from '#booking/database/database.ts'
import type { SeatCount } from '#booking/events/event.store.ts'
import { asBooked, insertBookings, isBusy } from './booking.sql.ts'

export type Promoted = { booking_id: number; user_id: number; event_id: number; message_id: number }

/** The result of one statement that gives free seats to waiting people. */
export type Round = {
  promoted: Promoted[]
  /** Of the events with a promotion. */
  seats: SeatCount[]
  /** A concurrent booking of a candidate came in between: run another round for their seat. */
  isContended: boolean
}

type RoundRow = Omit<SeatCount, 'id'> & { event_id: number; user_id: number } & (
    | { booking_id: number; message_id: number }
    | { booking_id: null; message_id: null }
  )

/**
 * Gives the free seats of the events, which the transaction has locked, to the first waiting people without a clashing
 * booking, and writes for each all that `takeSeats` writes. Bookings are inserted in the same order as there, so that the
 * two statements cannot deadlock.
 */
export async function giveSeats(
  trx: Db,
  eventIds: number[],
  { now, leaseEnd }: { now: Date; leaseEnd: Date },
): Promise<Round> {
  const { rows } = await sql<RoundRow>`
    with open as (
      select id, parent_event_id, start_datetime, end_datetime, cancellation_deadline_hours, price, max_participants - current_participants as seats
      from events where id = any(${eventIds}::integer[])
      and status = 'ACTIVE' and start_datetime > ${now} and current_participants < max_participants
    ),
    next as (
      select entry.* from open cross join lateral (
        select entry.id, entry.event_id, entry.user_id, entry.notes, open.parent_event_id,
          open.cancellation_deadline_hours, open.price, tstzrange(open.start_datetime, open.end_datetime) as during
        from waitlist_entries entry join users on users.id = entry.user_id
        where entry.event_id = open.id and entry.status = 'waiting' and users.is_active
        and not ${isBusy(sql`entry.user_id`, asBooked('open'))}
        order by entry.id limit open.seats
      ) entry
    ),
    booked as (
      ${insertBookings(sql`next`, now)}
    ),
    waitlist_rows as (
      update waitlist_entries entry set status = 'promoted', booking_id = booked.id, ended_at = ${now}
      from booked
      where entry.user_id = booked.user_id and entry.event_id = booked.event_id and entry.status = 'waiting'
    ),
    updated_event as (
      update events set current_participants = current_participants + seat.count, revision = revision + 1
      from (select event_id, count(*) as count from booked group by event_id) seat where events.id = seat.event_id
      returning events.id, current_participants, max_participants, revision
    ),
    outbox_rows as (
      ${insertMessages({
        topic: 'booking.created',
        booking_id: sql`id`,
        now,
        dueAt: leaseEnd,
        source: sql`booked`,
      })}
    ),
    audit_rows as (
      ${insertEntries({
        at: now,
        actor_id: null,
        action: 'booking.promoted',
        subject: 'booking',
        subject_id: sql`id`,
        details: sql`jsonb_build_object('event_id', event_id)`,
        source: sql`booked`,
      })}
    )
    select booked.id as booking_id, next.user_id, next.event_id, outbox_rows.id as message_id,
           updated_event.current_participants, updated_event.max_participants, updated_event.revision
    from next
    left join booked on booked.user_id = next.user_id and booked.event_id = next.event_id
    left join outbox_rows on outbox_rows.booking_id = booked.id
    left join updated_event on updated_event.id = next.event_id
    order by next.id`.execute(trx)
  return toRound(rows)
}

/** Returns events with a free seat and a waiting person without a clashing booking; with `user_id`, this person. */
export async function listOfferable(db: Db, now: Date, user_id?: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct events.id from waitlist_entries entry
    join events on events.id = entry.event_id join users on users.id = entry.user_id
    where entry.status = 'waiting' and users.is_active ${user_id === undefined ? sql`` : sql`and entry.user_id = ${user_id}`}
    and events.status = 'ACTIVE' and start_datetime > ${now} and current_participants < max_participants
    and not ${isBusy(sql`entry.user_id`, asBooked())}
    order by events.id`.execute(db)
  return rows.map(({ id }) => id)
}

/** When the booking was given from the waiting list; null when it was not. */
export async function findPromotedAt(db: Db, booking_id: number): Promise<Date | null> {
  const row = await db
    .selectFrom('waitlist_entries')
    .select('ended_at')
    .where('booking_id', '=', booking_id)
    .executeTakeFirst()
  return row?.ended_at ?? null
}

function toRound(rows: RoundRow[]): Round {
  const given = rows.filter((row) => row.booking_id !== null)
  const seats = given.map(({ event_id: id, current_participants, max_participants, revision }) => ({
    id,
    current_participants,
    max_participants,
    revision,
  }))
  return {
    promoted: given.map(({ booking_id, user_id, event_id, message_id }) => ({
      booking_id,
      user_id,
      event_id,
      message_id,
    })),
    seats: [...new Map(seats.map((count) => [count.id, count])).values()],
    isContended: given.length < rows.length,
  }
}
