import { type RawBuilder, sql } from 'kysely'
import { insertEntries } from '#booking/audit-log/audit-log.sql.ts'
import { insertMessages } from '#booking/crm-link/outbox/outbox.sql.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventType } from '#booking/database/event.table.ts'
import { type AheadMax, aheadLimit, lockCallers } from '#booking/identity/sessions/admission.sql.ts'
import type { Cause } from '#shared/telemetry/request-context.ts'
import { clashesWith, insertBookings, refusalsOfEvent } from './booking.sql.ts'
import type { Refusal } from './refusals.ts'

/** A request for one seat. `idempotency_key` and `Cause` are written by the same statement. */
export type SeatRequest = Cause & {
  user_id: number
  /** The session must still be valid when the seat is given (decision 0045). */
  session_id: string
  session_version: number
  event_id: number
  notes: string | null
  idempotency_key: string | null
}

/** The event as read under the lock. */
type LockedEvent = {
  id: number
  title: string
  event_type: EventType
  facilitator_id: number
  start_datetime: Date
  timezone: string
  location: string | null
  cancellation_deadline_hours: number
  price: number
  /** Seats taken after the whole statement. */
  current_participants: number
  max_participants: number
  revision: number
}

/** The attendee as read under the lock. */
type Booker = { email: string; first_name: string; last_name: string; phone: string | null }

export type SeatOutcome =
  /** `booked_at` is the stored time, which response and notification repeat. */
  | {
      kind: 'booked'
      booking_id: number
      message_id: number
      booked_at: Date
      event: LockedEvent
      user: Booker
    }
  | { kind: 'refused'; reason: Refusal }
  /** A concurrent, uncommitted change was in the way: retry. */
  | { kind: 'contended' }

type OutcomeRow = LockedEvent &
  Booker & {
    n: number
    booking_id: number | null
    booked_at: Date | null
    message_id: number | null
    reason: Refusal | 'contended' | null
  }

/**
 * Gives seats to the requests in their order while there are any, in one statement and so with one commit (decision 0007).
 * Returns an outcome for each request. `isGuarded: false` leaves out the lock, for tests that must see an oversale.
 *
 * Events are locked by id, then users by id, and bookings are inserted by user, so that concurrent calls cannot deadlock.
 * `on conflict` without a target covers the unique and the exclusion constraint, also between rows of this statement. The
 * seat of a row that it skips is free again: requests that found no seat meanwhile are 'contended', not refused.
 */
export async function takeSeats(
  db: Db,
  requests: SeatRequest[],
  {
    now,
    leaseEnd,
    isGuarded,
    aheadMax,
  }: { now: Date; leaseEnd: Date; isGuarded: boolean; aheadMax: AheadMax | undefined },
): Promise<SeatOutcome[]> {
  const { rows } = await sql<OutcomeRow>`
    with input as materialized (
      -- Materialised so that one generic plan serves every array length: planning takes longer than running.
      select ${requests.map(({ user_id }) => user_id)}::integer[] as user_ids,
             ${requests.map(({ event_id }) => event_id)}::integer[] as event_ids,
             ${requests.map(({ session_id }) => session_id)}::uuid[] as session_ids,
             ${requests.map(({ session_version }) => session_version)}::integer[] as session_versions,
             ${requests.map(({ notes }) => notes)}::text[] as notes,
             ${requests.map(({ idempotency_key }) => idempotency_key)}::text[] as keys,
             ${requests.map(({ request_id }) => request_id)}::text[] as request_ids,
             ${requests.map(({ trace_parent }) => trace_parent)}::text[] as trace_parents
    ),
    request as (
      select each.*, row_number() over (partition by user_id, event_id order by n) as turn
      from input, unnest(
        user_ids, event_ids, session_ids, session_versions, input.notes, keys, request_ids, trace_parents
      ) with ordinality as each (
        user_id, event_id, session_id, session_version, notes, idempotency_key, request_id, trace_parent, n
      )
    ),
    event as materialized (
      select id, title, event_type, facilitator_id, start_datetime, timezone, location, cancellation_deadline_hours, price, status,
             parent_event_id,
             current_participants, max_participants, revision, max_participants - current_participants as seats,
             tstzrange(start_datetime, end_datetime) as during
      from events where id = any((select event_ids from input)::integer[])
      order by id ${guard(isGuarded)}
    ),
    person as materialized (
      -- The condition on event makes PostgreSQL lock the events first, as every statement that locks both does.
      select person.* from input, ${lockCallers({
        user_ids: sql`case when (select count(*) from event) >= 0 then user_ids end`,
        session_ids: sql`session_ids`,
        now,
        aheadMax,
      })} person
    ),
    evaluated as (
      select request.*, event.seats, event.during, event.parent_event_id, event.cancellation_deadline_hours, event.price,
        ${aheadLimit(aheadMax)} - person.ahead as room,
        case
          ${refusalsOfEvent(now)}
          when clash.event_id = request.event_id then 'already_booked'
          when clash.event_id is not null then 'overlapping'
          when turn > 1 then 'contended'
          when person.ahead >= ${aheadLimit(aheadMax)} then 'too_many_ahead'
        end as reason
      from request left join event on event.id = request.event_id
      left join person on person.id = request.user_id
      left join lateral (
        select event_id from (${clashesWith(EVENT, sql`event_id`, sql`request.user_id`)}) own
        order by event_id = request.event_id desc limit 1
      ) clash on true
    ),
    ranked as (
      select *, row_number() over (partition by user_id order by n) <= room as is_within_limit
      from evaluated where reason is null
    ),
    candidate as (
      -- No more requests of a person than their limit allows.
      select *, row_number() over (partition by event_id order by n) as place from ranked where is_within_limit
    ),
    booked as (
      ${insertBookings(sql`candidate where place <= seats`, now)}
    ),
    updated_event as (
      -- All from the locked row: the row in this statement's snapshot may be older, and the check constraint would then
      -- compare the new seats with the old capacity.
      update events set current_participants = event.current_participants + seat.count,
        max_participants = event.max_participants, revision = event.revision + 1
      from event join (select event_id, count(*) as count from booked group by event_id) seat
        on seat.event_id = event.id
      where events.id = event.id
      returning events.id, events.current_participants, events.max_participants, events.revision
    ),
    outbox_rows as (
      ${insertMessages({
        topic: 'booking.created',
        booking_id: sql`booked.id`,
        now,
        dueAt: leaseEnd,
        cause: { request_id: sql`request_id`, trace_parent: sql`trace_parent` },
        source: sql`booked join candidate using (user_id, event_id)`,
      })}
    ),
    audit_rows as (
      ${insertEntries({
        at: now,
        actor_id: sql`user_id`,
        action: 'booking.created',
        subject: 'booking',
        subject_id: sql`id`,
        details: sql`jsonb_build_object('event_id', event_id)`,
        source: sql`booked`,
      })}
    ),
    waitlist_rows as (
      -- A booked seat ends the wait.
      update waitlist_entries entry set status = 'left', ended_at = ${now}
      from booked
      where entry.user_id = booked.user_id and entry.event_id = booked.event_id and entry.status = 'waiting'
    ),
    idempotency_rows as (
      update idempotency_keys set booking_id = booked.id
      from booked join request using (user_id, event_id)
      where idempotency_keys.user_id = request.user_id and idempotency_keys.key = request.idempotency_key
    )
    select evaluated.n, booked.id as booking_id, booked.booking_date as booked_at, outbox_rows.id as message_id,
           event.id, event.title, event.event_type, event.facilitator_id, event.start_datetime, event.timezone,
           event.location, event.cancellation_deadline_hours, event.price,
           person.email, person.first_name, person.last_name, person.phone,
           updated_event.current_participants, updated_event.max_participants, updated_event.revision,
      case
        when booked.id is not null then null
        when evaluated.reason is not null then evaluated.reason
        when candidate.n is null then 'contended'
        when candidate.place <= candidate.seats then 'contended'
        when (select count(*) from booked where event_id = candidate.event_id) < candidate.seats then 'contended'
        else 'full'
      end as reason
    from evaluated
    left join event on event.id = evaluated.event_id
    left join person on person.id = evaluated.user_id
    left join updated_event on updated_event.id = evaluated.event_id
    left join candidate on candidate.n = evaluated.n
    left join booked on candidate.place <= candidate.seats
      and booked.user_id = evaluated.user_id and booked.event_id = evaluated.event_id
    left join outbox_rows on outbox_rows.booking_id = booked.id
    order by evaluated.n`.execute(db)
  return rows.map(toOutcome)
}

const EVENT = {
  event_id: sql`event.id`,
  parent_event_id: sql`event.parent_event_id`,
  during: sql`event.during`,
}

function guard(isGuarded: boolean): RawBuilder<unknown> {
  return isGuarded ? sql`for no key update` : sql``
}

function toOutcome({ n: _n, booking_id, booked_at, message_id, reason, ...row }: OutcomeRow): SeatOutcome {
  if (booking_id !== null && booked_at !== null && message_id !== null) {
    const { email, first_name, last_name, phone, ...event } = row
    const user = { email, first_name, last_name, phone }
    return { kind: 'booked', booking_id, booked_at, message_id, event, user }
  }
  if (reason === null || reason === 'contended') return { kind: 'contended' }
  return { kind: 'refused', reason }
}
