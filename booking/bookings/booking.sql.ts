import { type RawBuilder, sql } from 'kysely'
import { isAdmitted } from '#booking/identity/sessions/admission.sql.ts'

/** Condition on `bookings`, or an alias of it: the booking holds a seat and blocks its time for the attendee. */
export function holdsSeat(bookings = 'bookings'): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(`${bookings}.status`)} in ('PENDING', 'CONFIRMED')`
}

/**
 * Query of `columns` for the user's bookings that overlap `during` (`tstzrange`), as `other`. A union, because bookings
 * marked `has_clash` have an index of their own.
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

/** Condition: the user has a booking that overlaps `during`. */
export function isBusy(user_id: RawBuilder<unknown>, during: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`exists (${bookingsAt(sql``, user_id, during)})`
}

/**
 * Branches of a `case` over `request`, `person` and `event`: the reasons that refuse both a seat and a place on the waiting
 * list. They are keys of `REFUSALS` in `refusals.ts`.
 */
export function refusalsOfEvent(now: Date): RawBuilder<unknown> {
  return sql`
    when not ${isAdmitted} then 'not_admitted'
    when event.id is null then 'unknown_event'
    when event.status <> 'ACTIVE' then 'not_active'
    when event.start_datetime <= ${now} then 'started'`
}

/**
 * Returns an `insert into bookings` for use as a CTE, with one booking for each row of `source` (`user_id`, `event_id`,
 * `during`, `notes`). Ordered by user, so that two statements cannot deadlock. Rows that a constraint refuses are skipped.
 * Its rows: `id`, `user_id`, `event_id`, `booking_date`.
 */
export function insertBookings(source: RawBuilder<unknown>, now: Date): RawBuilder<unknown> {
  return sql`
    insert into bookings (user_id, event_id, during, notes, booking_date, created_at, updated_at)
    select user_id, event_id, during, notes, ${now}, ${now}, ${now} from ${source} order by user_id, event_id
    on conflict do nothing
    returning id, user_id, event_id, booking_date`
}
