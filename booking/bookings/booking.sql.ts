import { type RawBuilder, sql } from 'kysely'
import { isAdmitted } from '#booking/identity/sessions/admission.sql.ts'

/** A condition on `bookings`, or on that alias of it: the booking holds a seat, and its time is taken for the attendee. */
export function holdsSeat(bookings = 'bookings'): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(`${bookings}.status`)} in ('PENDING', 'CONFIRMED')`
}

/**
 * The bookings with which somebody is busy at that time (`tstzrange`), as a select of `columns`. Twice, because the
 * bookings that moved into a clash have an index of their own: `has_clash` decides which one is read.
 */
export function bookingsAt(
  columns: RawBuilder<unknown>,
  user_id: RawBuilder<unknown>,
  during: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const half = (has_clash: RawBuilder<unknown>) => sql`
    select ${columns} from bookings other
    where other.user_id = ${user_id} and ${holdsSeat('other')} and ${has_clash} and other.during && ${during}`
  return sql`${half(sql`not other.has_clash`)} union all ${half(sql`other.has_clash`)}`
}

/** A condition: that person is busy at that time. */
export function isBusy(user_id: RawBuilder<unknown>, during: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (${bookingsAt(sql``, user_id, during)})`
}

/**
 * Branches of a `case` over a `request`, the `person` who asks and the `event`: why neither a seat nor a place on the
 * waiting list can be had. The reasons are keys of `REFUSALS` in `refusals.ts`.
 */
export function refusalsOfEvent(now: Date): RawBuilder<unknown> {
  return sql`
    when not ${isAdmitted} then 'not_admitted'
    when event.id is null then 'unknown_event'
    when event.status <> 'ACTIVE' then 'not_active'
    when event.start_datetime <= ${now} then 'started'`
}

/**
 * Books a seat for each row of `source`, which has `user_id`, `event_id`, `during` and `notes`. In the order of their
 * people, so that two statements cannot deadlock; what a constraint refuses is left out. Returns `id`, `user_id`,
 * `event_id` and `booking_date`.
 */
export function insertBookings(source: RawBuilder<unknown>, now: Date): RawBuilder<unknown> {
  return sql`
    insert into bookings (user_id, event_id, during, notes, booking_date, created_at, updated_at)
    select user_id, event_id, during, notes, ${now}, ${now}, ${now} from ${source} order by user_id, event_id
    on conflict do nothing
    returning id, user_id, event_id, booking_date`
}
