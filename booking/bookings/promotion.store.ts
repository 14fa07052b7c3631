import { sql } from 'kysely'
import { insertEntries } from '#booking/audit-log/audit-log.sql.ts'
import { insertMessages } from '#booking/crm-link/outbox/outbox.sql.ts'
import type { Db } from '#booking/database/database.ts'
import type { SeatCount } from '#booking/events/event.store.ts'
import { insertBookings, isBusy } from './booking.sql.ts'

export type Promoted = { booking_id: number; user_id: number; event_id: number; message_id: number }

/** One turn of giving free seats to those who wait. */
export type Turn = {
  promoted: Promoted[]
  /** Of the events of which a seat was given. */
  seats: SeatCount[]
  /** Somebody's other booking got in between: their seat is for who comes next. */
  isContended: boolean
}

type TurnRow = { [K in keyof Promoted]: Promoted[K] | null } & Omit<SeatCount, 'id'> & { event_id: number }

/**
 * Gives the free seats of the events, whose rows the transaction holds, to who is first in line and could come, and
 * writes for each all that `takeSeats` writes. Bookings go in by user as they do there, so that the two never wait
 * for each other in a circle.
 */
export async function giveSeats(
  trx: Db,
  eventIds: number[],
  { now, leaseEnd }: { now: Date; leaseEnd: Date },
): Promise<Turn> {
  const { rows } = await sql<TurnRow>`
    with open as (
      select id, tstzrange(start_datetime, end_datetime) as during, max_participants - current_participants as seats
      from events where id = any(${eventIds}::integer[])
      and status = 'ACTIVE' and start_datetime > ${now} and current_participants < max_participants
    ),
    next as (
      select entry.* from open cross join lateral (
        select entry.id, entry.event_id, entry.user_id, entry.notes, open.during
        from waitlist_entries entry join users on users.id = entry.user_id
        where entry.event_id = open.id and entry.status = 'waiting' and users.is_active
        and not ${isBusy(sql`entry.user_id`, sql`open.during`)}
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
  return toTurn(rows)
}

/** Events with a free seat and somebody in line who could come; with `user_id`, this user. */
export async function listOfferable(db: Db, now: Date, user_id?: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct events.id from waitlist_entries entry
    join events on events.id = entry.event_id join users on users.id = entry.user_id
    where entry.status = 'waiting' and users.is_active ${user_id === undefined ? sql`` : sql`and entry.user_id = ${user_id}`}
    and events.status = 'ACTIVE' and start_datetime > ${now} and current_participants < max_participants
    and not ${isBusy(sql`entry.user_id`, sql`tstzrange(start_datetime, end_datetime)`)}
    order by events.id`.execute(db)
  return rows.map(({ id }) => id)
}

/** Whether the booking came from the line, at that time or later. */
export async function hasPromotedSince(db: Db, booking_id: number, since: Date): Promise<boolean> {
  const row = await db
    .selectFrom('waitlist_entries')
    .select('id')
    .where('booking_id', '=', booking_id)
    .where('ended_at', '>=', since)
    .executeTakeFirst()
  return row !== undefined
}

function toTurn(rows: TurnRow[]): Turn {
  const given = rows.filter(({ booking_id }) => booking_id !== null)
  const seats = given.map(({ event_id: id, current_participants, max_participants, revision }) => ({
    id,
    current_participants,
    max_participants,
    revision,
  }))
  return {
    promoted: given.map(
      ({ booking_id, user_id, event_id, message_id }) =>
        ({ booking_id, user_id, event_id, message_id }) as Promoted,
    ),
    seats: [...new Map(seats.map((count) => [count.id, count])).values()],
    isContended: given.length < rows.length,
  }
}
