import { type RawBuilder, sql } from 'kysely'
import type { BookingStatus } from '#booking/database/booking.table.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import { fullNameOf } from '#booking/database/full-name.sql.ts'
import { mayJoin } from '#booking/events/event.sql.ts'

export type CalendarEvent = Pick<
  EventRow,
  | 'id'
  | 'title'
  | 'description'
  | 'requirements'
  | 'location'
  | 'virtual_link'
  | 'start_datetime'
  | 'end_datetime'
  | 'status'
  | 'cancellation_reason'
  | 'sequence'
  | 'created_at'
  | 'updated_at'
> & { facilitator_name: string; is_online: boolean }

export type CalendarBooking = {
  id: number
  status: BookingStatus
  created_at: Date
  updated_at: Date
  event: CalendarEvent
}

const BOOKINGS_MAX = 1_000

/** Returns the event as the person may see it: `virtual_link` is null for those without a seat. */
export async function findEvent(
  db: Db,
  id: number,
  person: { id: number; is_admin: boolean },
): Promise<CalendarEvent | undefined> {
  const { rows } = await sql<CalendarEvent>`
    select ${eventColumns(mayJoin(sql`${person.id}::integer`, sql`${person.is_admin}::boolean`))}
    from events join facilitators on facilitators.id = facilitator_id
    where events.id = ${id}`.execute(db)
  return rows[0]
}

/** The part of a user's bookings that is in the feed. */
export type FeedSpan = { endsAfter: Date; cancelledAfter: Date }

/**
 * Returns a digest of everything a calendar shows of these bookings. It covers every `updated_at`, not only the newest,
 * because the clocks of instances differ.
 */
export async function digestBookings(db: Db, user_id: number, span: FeedSpan): Promise<string> {
  const { rows } = await sql<{ digest: string }>`
    select count(*) || ' ' || coalesce(sum(hashtextextended(concat_ws('|', booking_id, booking_status,
        extract(epoch from booking_updated_at), id, status, sequence, extract(epoch from updated_at), facilitator_name), 0)), 0)
      as digest
    from (${bookingsOf(user_id, span)}) shown`.execute(db)
  return rows[0]?.digest ?? ''
}

/** Returns a user's bookings within the span, those of the latest events first. */
export async function listBookings(db: Db, user_id: number, span: FeedSpan): Promise<CalendarBooking[]> {
  type Row = CalendarEvent & {
    [K in keyof Omit<CalendarBooking, 'event'> as `booking_${K}`]: CalendarBooking[K]
  }
  const { rows } = await sql<Row>`${bookingsOf(user_id, span)}`.execute(db)
  return rows.map(({ booking_id, booking_status, booking_created_at, booking_updated_at, ...event }) => ({
    id: booking_id,
    status: booking_status,
    created_at: booking_created_at,
    updated_at: booking_updated_at,
    event,
  }))
}

function bookingsOf(user_id: number, { endsAfter, cancelledAfter }: FeedSpan) {
  return sql`
    select bookings.id as booking_id, bookings.status as booking_status, bookings.created_at as booking_created_at,
           bookings.updated_at as booking_updated_at, ${eventColumns(sql`bookings.status <> 'CANCELLED'`)}
    from bookings join events on events.id = event_id join facilitators on facilitators.id = facilitator_id
    where bookings.user_id = ${user_id} and end_datetime > ${endsAfter}
    and (bookings.status <> 'CANCELLED' or bookings.updated_at > ${cancelledAfter})
    order by start_datetime desc, bookings.id desc limit ${BOOKINGS_MAX}`
}

/** Returns the installation's id, which makes the ids of calendar entries unique. */
export async function getInstallationId(db: Db): Promise<string> {
  const known = await db.selectFrom('installation').select('id').executeTakeFirst()
  if (known) return known.id
  const { id } = await db
    .insertInto('installation')
    .values({ is_only: true })
    .onConflict((conflict) => conflict.column('is_only').doUpdateSet({ is_only: true }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

const eventColumns = (isLinked: RawBuilder<boolean>) => sql`
  events.id, title, description, requirements, location, case when ${isLinked} then virtual_link end as virtual_link,
  virtual_link is not null as is_online, start_datetime, end_datetime, events.status, cancellation_reason, sequence, events.created_at, events.updated_at,
  ${fullNameOf('facilitators')} as facilitator_name`
