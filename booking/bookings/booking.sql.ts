import { type RawBuilder, sql } from 'kysely'
import { isAdmitted } from '#booking/identity/sessions/admission.sql.ts'

/** Condition on `bookings`, or an alias of it: the booking holds a seat and blocks its time for the attendee. */
export function holdsSeat(bookings = 'bookings'): RawBuilder<boolean> {
  return sql<boolean>`${sql.ref(`${bookings}.status`)} in ('PENDING', 'CONFIRMED')`
}

/** Expressions for an event that somebody has booked or wants to. `during` is a `tstzrange`. */
type Booked = {
  event_id: RawBuilder<unknown>
  parent_event_id: RawBuilder<unknown>
  during: RawBuilder<unknown>
}

/**
 * Query of `columns` for the user's bookings, as `other`, that clash with `booked`: they overlap, and neither event is the
 * other's parent (decision 0052). Another booking of the same event clashes, too. The same rule is in the exclusion
 * constraints of `bookings`. A union, because bookings marked `has_clash` have an index of their own.
 */
export function clashesWith(
  { event_id, parent_event_id, during }: Booked,
  columns: RawBuilder<unknown>,
  user_id: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const half = (has_clash: RawBuilder<unknown>) => sql`
    select ${columns} from bookings other
    where other.user_id = ${user_id} and ${holdsSeat('other')} and ${has_clash} and other.during && ${during}
    and other.event_id is distinct from ${parent_event_id} and other.parent_event_id is distinct from ${event_id}`
  return sql`${half(sql`not other.has_clash`)} union all ${half(sql`other.has_clash`)}`
}

/** A row of `events`, or of an alias of it, for `clashesWith`. */
export function asBooked(events = 'events'): Booked {
  return {
    event_id: sql.ref(`${events}.id`),
    parent_event_id: sql.ref(`${events}.parent_event_id`),
    during: sql`tstzrange(${sql.ref(`${events}.start_datetime`)}, ${sql.ref(`${events}.end_datetime`)})`,
  }
}

/** Condition: the user has a booking that clashes with this event. */
export function isBusy(user_id: RawBuilder<unknown>, event: Booked): RawBuilder<boolean> {
  return sql<boolean>`exists (${clashesWith(event, sql``, user_id)})`
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
 * `parent_event_id`, `during`, `notes`, and the event's `cancellation_deadline_hours` and `price`, which the booking keeps). Ordered by user, so that
 * two statements cannot deadlock. Rows that a constraint refuses are skipped. Its rows: `id`, `user_id`, `event_id`, `booking_date`.
 */
export function insertBookings(source: RawBuilder<unknown>, now: Date): RawBuilder<unknown> {
  return sql`
    insert into bookings (user_id, event_id, parent_event_id, during, notes, booked_deadline_hours, booked_price, booking_date, created_at, updated_at)
    select user_id, event_id, parent_event_id, during, notes, cancellation_deadline_hours, price, ${now}, ${now}, ${now} from ${source} order by user_id, event_id
    on conflict do nothing
    returning id, user_id, event_id, booking_date`
}
