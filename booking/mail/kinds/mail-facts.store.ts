import { sql } from 'kysely'
import { holdsSeat } from '#booking/bookings/booking.sql.ts'
import type { BookingStatus, PaymentStatus } from '#booking/database/booking.table.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import { fullNameOf } from '#booking/database/full-name.sql.ts'
import type { EventVersionRow } from '#booking/database/mail.table.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'

export type EventFacts = EventRow & {
  facilitator_name: string
  /** The account of the facilitator who leads it; null where that is deactivated. */
  leader_id: number | null
}

export type BookingFacts = {
  id: number
  status: BookingStatus
  created_at: Date
  updated_at: Date
  payment_status: PaymentStatus
  removal_reason: string | null
  booked_deadline_hours: number | null
  booked_price: number | null
  /** When it came from the waiting list; otherwise null. */
  promoted_at: Date | null
  /** The person has another booking of the event that holds a seat. */
  has_another: boolean
}

/** Whether a person still waits at this place in line. */
export async function isWaiting(db: Db, place: number): Promise<boolean> {
  const entry = await db
    .selectFrom('waitlist_entries')
    .select('id')
    .where('id', '=', place)
    .where('status', '=', 'waiting')
    .executeTakeFirst()
  return entry !== undefined
}

export async function findEvent(db: Db, id: number | null): Promise<EventFacts | undefined> {
  const { rows } = await sql<EventFacts>`
    select events.*, ${fullNameOf('facilitators')} as facilitator_name,
      case when facilitators.is_active then facilitators.user_id end as leader_id
    from events join facilitators on facilitators.id = facilitator_id where events.id = ${id}`.execute(db)
  return rows[0]
}

export async function findBooking(db: Db, id: number | null): Promise<BookingFacts | undefined> {
  const { rows } = await sql<BookingFacts>`
    select id, status, created_at, updated_at, payment_status, removal_reason, booked_deadline_hours, booked_price,
      (select ended_at from waitlist_entries where booking_id = bookings.id) as promoted_at,
      exists (
        select from bookings other
        where other.user_id = bookings.user_id and other.event_id = bookings.event_id and other.id <> bookings.id
        and ${holdsSeat('other')}
      ) as has_another
    from bookings where id = ${id}`.execute(db)
  return rows[0]
}

type Known = {
  /** The event as the person was told of it by the last mail about a move, or else as it was when they took their seat or place. */
  told: EventVersionRow | undefined
  /** As other mails have told it since, and as those may have of which nobody knows whether they arrived. The newest first. */
  others: EventVersionRow[]
  /** The sequence before the latest move that is owed to them. */
  moved_from: number | null
}

/**
 * Returns the earlier versions of its event that the person knows whom a mail about a booking or a place in line is to. None where
 * they know the event as it is.
 */
export async function findKnown(
  db: Db,
  { booking_id, event_id, user_id, details }: ClaimedMail,
): Promise<Known> {
  const isAbout =
    booking_id === null
      ? sql`details -> 'place' = ${JSON.stringify(details.place ?? null)}::jsonb`
      : sql`booking_id = ${booking_id}`
  const { rows } = await sql<EventVersionRow & { is_told: boolean; moved_from: number | null }>`
    with about as (
      select status, event_sequence,
        case when kind = 'event-moved' and ${isAbout} then (details ->> 'sequence')::integer end as moved_from
      from mails where user_id = ${user_id} and event_id = ${event_id}
    ),
    told as (
      select max(moved_from) as moved_from,
        coalesce(max(event_sequence) filter (where status = 'sent' and moved_from is not null), min(moved_from)) as sequence
      from about
    ),
    known as (
      select sequence, true as is_told from told
      union
      select event_sequence, false from about, told where event_sequence > told.sequence
    )
    select version.*, is_told, moved_from from known cross join told
    cross join lateral (
      select * from event_versions where event_id = ${event_id} and sequence >= known.sequence order by sequence limit 1
    ) version
    order by known.sequence desc`.execute(db)
  return {
    told: rows.find(({ is_told }) => is_told),
    others: rows.filter(({ is_told }) => !is_told),
    moved_from: rows[0]?.moved_from ?? null,
  }
}

/** Whether the person was told of a move of the booked event at or after this time. */
export async function wasToldSince(db: Db, booking_id: number | null, since: Date): Promise<boolean> {
  const mail = await db
    .selectFrom('mails')
    .select('id')
    .where('booking_id', '=', booking_id)
    .where('kind', '=', 'event-moved')
    .where('status', '=', 'sent')
    .where('ended_at', '>=', since)
    .executeTakeFirst()
  return mail !== undefined
}

/** An attendee as their facilitator is told of them. `holds_seat`: by any booking of the event. */
export type ToldAttendee = { name: string; holds_seat: boolean }

/** Returns the people of these bookings of an event, each once. */
export async function listAttendees(db: Db, bookingIds: number[]): Promise<ToldAttendee[]> {
  const { rows } = await sql<ToldAttendee>`
    select ${fullNameOf('users')} as name, exists (
      select from bookings held
      where held.user_id = users.id and held.event_id = any(array_agg(bookings.event_id)) and ${holdsSeat('held')}
    ) as holds_seat
    from bookings join users on users.id = bookings.user_id
    where bookings.id = any(${bookingIds}::integer[]) group by users.id order by min(bookings.id)`.execute(db)
  return rows
}

export type MessageFacts = {
  /** Null: the author's account was deleted. */
  subject: string | null
  text: string | null
  author: string
  people: number
  belongs: boolean
}

/** Returns a message to everybody of an event, and whether the person still belongs to them. */
export async function findMessage(db: Db, id: number, user_id: number): Promise<MessageFacts | undefined> {
  const { rows } = await sql<MessageFacts>`
    select subject, text, people, ${fullNameOf('users')} as author,
      exists (
        select from bookings
        where bookings.event_id = message.event_id and bookings.user_id = ${user_id} and bookings.status <> 'CANCELLED'
      ) or exists (
        select from waitlist_entries
        where waitlist_entries.event_id = message.event_id and waitlist_entries.user_id = ${user_id}
        and waitlist_entries.status = 'waiting'
      ) as belongs
    from event_messages message join users on users.id = message.author_id where message.id = ${id}`.execute(
    db,
  )
  return rows[0]
}
