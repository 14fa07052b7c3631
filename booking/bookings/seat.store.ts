import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { EventType } from '#booking/database/event.table.ts'
import {
  type AheadMax,
  aheadLimit,
  isAdmitted,
  peopleWhoAsk,
} from '#booking/identity/sessions/admission.store.ts'
import type { Cause } from '#shared/telemetry/request-context.ts'

/** One wish for one seat. `idempotency_key`, and what it is caused by, are noted in the same statement. */
export type SeatRequest = Cause & {
  user_id: number
  /** In whose name it is asked: the session has to go on when the seat is given. */
  session_id: string
  session_version: number
  event_id: number
  notes: string | null
  idempotency_key: string | null
}

/** The event as it was when its row was locked. */
type LockedEvent = {
  id: number
  title: string
  event_type: EventType
  facilitator_id: number
  start_datetime: Date
  location: string | null
  /** After the statement, of which this booking was a part. */
  current_participants: number
  max_participants: number
  revision: number
}

/** Who has booked, as they were when their row was held. */
type Booker = { email: string; first_name: string; last_name: string; phone: string | null }

export type SeatOutcome =
  /** `booked_at` is what is stored: the answer and the CRM say the same, however long the request had waited before. */
  | {
      kind: 'booked'
      booking_id: number
      message_id: number
      booked_at: Date
      event: LockedEvent
      user: Booker
    }
  | { kind: 'refused'; reason: Refusal }
  /** Somebody else's unfinished change was in the way: ask again. */
  | { kind: 'contended' }

export type Refusal =
  | 'not_admitted'
  | 'unknown_event'
  | 'not_active'
  | 'started'
  | 'already_booked'
  | 'overlapping'
  | 'too_many_ahead'
  | 'full'

type OutcomeRow = LockedEvent &
  Booker & {
    n: number
    booking_id: number | null
    booked_at: Date | null
    message_id: number | null
    reason: Refusal | 'contended' | null
  }

/**
 * Gives seats to as many of the requests as there are seats for, in their order, and answers each: one statement,
 * so one transaction and one commit for all of them.
 *
 * Events are locked in order of id, then those who ask in order of theirs, and bookings go in by user, so that concurrent
 * calls cannot wait for each other in a circle. `ON CONFLICT` without a target respects the unique and the exclusion constraint alike, also between rows
 * of this statement. A row that it refuses leaves its seat to whoever came next: they are 'contended', not refused.
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
    with given as materialized (
      -- Out of the planner's sight, which would otherwise plan anew for every length: that takes longer than running it.
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
      from given, unnest(
        user_ids, event_ids, session_ids, session_versions, given.notes, keys, request_ids, trace_parents
      ) with ordinality as each (
        user_id, event_id, session_id, session_version, notes, idempotency_key, request_id, trace_parent, n
      )
    ),
    event as materialized (
      select id, title, event_type, facilitator_id, start_datetime, end_datetime, location, status,
             current_participants, max_participants, revision, max_participants - current_participants as seats
      from events where id = any((select event_ids from given)::integer[])
      order by id ${guard(isGuarded)}
    ),
    person as materialized (
      -- Once the events are held: so have all who hold both.
      select person.* from given, ${peopleWhoAsk({
        user_ids: sql`case when (select count(*) from event) >= 0 then user_ids end`,
        session_ids: sql`session_ids`,
        now,
        aheadMax,
      })} person
    ),
    considered as (
      select request.*, event.seats, event.start_datetime, event.end_datetime,
        ${aheadLimit(aheadMax)} - person.ahead as room,
        case
          when not ${isAdmitted} then 'not_admitted'
          when event.id is null then 'unknown_event'
          when event.status <> 'ACTIVE' then 'not_active'
          when event.start_datetime <= ${now} then 'started'
          when clash.event_id = request.event_id then 'already_booked'
          when clash.event_id is not null then 'overlapping'
          when turn > 1 then 'contended'
          when person.ahead >= ${aheadLimit(aheadMax)} then 'too_many_ahead'
        end as reason
      from request left join event on event.id = request.event_id
      left join person on person.id = request.user_id
      left join lateral (
        -- In two halves, because each has an index of its own.
        select event_id from (${clashing(sql`not has_clash`)} union all ${clashing(sql`has_clash`)}) own
        order by event_id = request.event_id desc limit 1
      ) clash on true
    ),
    within as (
      select *, row_number() over (partition by user_id order by n) <= room as is_within
      from considered where reason is null
    ),
    candidate as (
      -- Others of the same person come first here; whether they leave any room, the next statement sees.
      select *, row_number() over (partition by event_id order by n) as place from within where is_within
    ),
    booked as (
      insert into bookings (user_id, event_id, during, notes, booking_date, created_at, updated_at)
      select user_id, event_id, tstzrange(start_datetime, end_datetime), notes, ${now}, ${now}, ${now}
      from candidate where place <= seats order by user_id, event_id
      on conflict do nothing
      returning id, user_id, event_id, booking_date
    ),
    taken as (
      -- All from the locked row, not from the one that this statement sees: that may be older, and the check
      -- constraint would judge the new seats by the old capacity before PostgreSQL notices.
      update events set current_participants = event.current_participants + seat.count,
        max_participants = event.max_participants, revision = event.revision + 1
      from event join (select event_id, count(*) as count from booked group by event_id) seat
        on seat.event_id = event.id
      where events.id = event.id
      returning events.id, events.current_participants, events.max_participants, events.revision
    ),
    told as (
      insert into outbox (topic, booking_id, created_at, next_attempt_at, request_id, trace_parent)
      select 'booking.created', booked.id, ${now}, ${leaseEnd}, request_id, trace_parent
      from booked join candidate using (user_id, event_id)
      returning id, booking_id
    ),
    noted as (
      insert into audit_log (at, actor_id, action, subject, subject_id, details)
      select ${now}, user_id, 'booking.created', 'booking', id, jsonb_build_object('event_id', event_id) from booked
    ),
    served as (
      -- Whoever has taken a seat no longer waits for one.
      update waitlist_entries entry set status = 'left', ended_at = ${now}
      from booked
      where entry.user_id = booked.user_id and entry.event_id = booked.event_id and entry.status = 'waiting'
    ),
    keyed as (
      update idempotency_keys set booking_id = booked.id
      from booked join request using (user_id, event_id)
      where idempotency_keys.user_id = request.user_id and idempotency_keys.key = request.idempotency_key
    )
    select considered.n, booked.id as booking_id, booked.booking_date as booked_at, told.id as message_id, event.id, event.title, event.event_type,
           event.facilitator_id, event.start_datetime, event.location,
           person.email, person.first_name, person.last_name, person.phone,
           taken.current_participants, taken.max_participants, taken.revision,
      case
        when booked.id is not null then null
        when considered.reason is not null then considered.reason
        when candidate.n is null then 'contended'
        when candidate.place <= candidate.seats then 'contended'
        when (select count(*) from booked where event_id = candidate.event_id) < candidate.seats then 'contended'
        else 'full'
      end as reason
    from considered
    left join event on event.id = considered.event_id
    left join person on person.id = considered.user_id
    left join taken on taken.id = considered.event_id
    left join candidate on candidate.n = considered.n
    left join booked on candidate.place <= candidate.seats
      and booked.user_id = considered.user_id and booked.event_id = considered.event_id
    left join told on told.booking_id = booked.id
    order by considered.n`.execute(db)
  return rows.map(toOutcome)
}

/** What the one who asks has booked at the time of the event. */
function clashing(half: RawBuilder<unknown>) {
  return sql`select event_id from bookings
    where bookings.user_id = request.user_id and status in ('PENDING', 'CONFIRMED') and ${half}
    and during && tstzrange(event.start_datetime, event.end_datetime)`
}

/** Tests switch the guard off to show that they would notice. */
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
