import { type RawBuilder, sql } from 'kysely'
import { holdsSeat } from '#booking/bookings/booking.sql.ts'
import type { Db } from '#booking/database/database.ts'
import { oweAll } from '#booking/mail/queue/mail.store.ts'
import { TOLD_AFTER_SECONDS } from '#booking/organising/event-change.rules.ts'

/** Which entries of the audit log, and when they are planned. */
export type Plan = { entries: RawBuilder<unknown>; now: Date }

/** Entries older than this cause no mail: they were planned already, before the data was moved. */
const AGE_MAX_MS = 3 * 86_400_000
/** What happens to the bookings of an event within this time is one mail to its facilitator. */
const DIGEST_SECONDS = 600
/** After its end, since the clocks of instances differ. */
const DIGEST_MARGIN_SECONDS = 30
/** For so long a reminder waits after a mail about a move is due. */
const MOVE_FIRST_SECONDS = 30
/** How long before the start of an event attendees are reminded. */
export const REMINDER_HOURS = 24

/** Condition on the transaction of an entry. Without `until`: everything after. */
export function entriesWithin(
  { after, until }: { after: string; until?: string },
  now: Date,
): RawBuilder<unknown> {
  const end = until === undefined ? sql`true` : sql`xact <= ${until}::xid8`
  return sql`(
    select id, at, actor_id, action, subject_id, details from audit_log
    where xact > ${after}::xid8 and ${end} and at > ${new Date(now.getTime() - AGE_MAX_MS)}
  )`
}

/** Adds the mails that these entries cause. Run again it adds nothing. */
export async function planEntries(trx: Db, plan: Plan): Promise<void> {
  await toAttendees(plan).execute(trx)
  await toPeopleOfMovedEvents(plan).execute(trx)
  await toPeopleInLine(plan).execute(trx)
  await toFacilitators(plan).execute(trx)
  await toOwnersOfPasswords(plan).execute(trx)
  await toUnconfirmedAddresses(plan).execute(trx)
}

function toAttendees({ entries, now }: Plan) {
  return sql`${oweAll(
    sql`
      select kind || ':' || booking.id, kind, booking.user_id, booking.event_id, booking.id,
        jsonb_build_object('by_attendee', entry.actor_id is not distinct from booking.user_id), ${now}::timestamptz
      from ${entries} entry
      cross join lateral (
        select case
          when action = 'booking.created' then 'booking-confirmed'
          when action = 'booking.promoted' then 'booking-promoted'
          when entry.details ? 'with_event' then 'event-cancelled'
          else 'booking-cancelled'
        end as kind
      ) what
      join bookings booking on booking.id = entry.subject_id
      join users on users.id = booking.user_id and users.is_active
      where action in ('booking.created', 'booking.promoted', 'booking.cancelled')
      order by entry.id`,
    now,
  )}`
}

/**
 * To those who had a seat already when the event was changed, or waited for one and may move up into it. Due later: corrections that
 * follow at once are told in the same mail, and a change that is taken back in none.
 */
function toPeopleOfMovedEvents({ entries, now }: Plan) {
  return sql`${oweAll(
    sql`
      select concat_ws(':', 'event-moved', case when place is not null then 'line' end, coalesce(booking_id, place), sequence),
        'event-moved', standing.user_id, entry.subject_id, booking_id,
        jsonb_strip_nulls(jsonb_build_object('sequence', sequence, 'place', place)),
        entry.at + make_interval(secs => ${TOLD_AFTER_SECONDS})
      from ${entries} entry
      cross join lateral (select (entry.details ->> 'sequence')::integer as sequence) change
      cross join lateral (
        select id as booking_id, null::integer as place, user_id from bookings booking
        where event_id = entry.subject_id and ${holdsSeat('booking')} and booking_date <= entry.at
        -- A promotion by the same change is told of the event as it is.
        and not exists (select from waitlist_entries place where place.booking_id = booking.id and place.ended_at = entry.at)
        union all
        select null, id, user_id from waitlist_entries
        where event_id = entry.subject_id and status = 'waiting' and joined_at <= entry.at
      ) standing
      join users on users.id = standing.user_id and users.is_active
      where action = 'event.updated' and entry.details ? 'sequence'
      order by entry.id, booking_id, place`,
    now,
  )}`
}

/** A cancelled event takes its waiting list along. */
function toPeopleInLine({ entries, now }: Plan) {
  return sql`${oweAll(
    sql`
      select 'event-cancelled:line:' || place.id, 'event-cancelled', place.user_id, place.event_id, null::integer,
        jsonb_build_object('place', place.id), ${now}::timestamptz
      from ${entries} entry
      join waitlist_entries place on place.event_id = entry.subject_id and place.status = 'closed' and place.ended_at = entry.at
      join users on users.id = place.user_id and users.is_active
      where action = 'event.cancelled'
      order by place.id`,
    now,
  )}`
}

/**
 * One mail for each event, kind and ten minutes, to which bookings are added while it waits. Facilitators are not told of
 * what they do themselves, or of events that are cancelled.
 */
function toFacilitators({ entries, now }: Plan) {
  const turn = Math.floor(now.getTime() / 1_000 / DIGEST_SECONDS)
  const dueAt = new Date(((turn + 1) * DIGEST_SECONDS + DIGEST_MARGIN_SECONDS) * 1_000)
  return sql`
    insert into mails (reason, kind, user_id, event_id, details, next_attempt_at, created_at)
    select concat_ws(':', kind, event_id, user_id, ${turn}::integer), kind, user_id, event_id,
      jsonb_build_object('bookings', jsonb_agg(booking_id order by booking_id)), ${dueAt}::timestamptz, ${now}::timestamptz
    from (
      select distinct case when action = 'booking.cancelled' then 'bookings-cancelled' else 'bookings-made' end as kind,
        events.id as event_id, users.id as user_id, booking.id as booking_id
      from ${entries} entry
      join bookings booking on booking.id = entry.subject_id
      join events on events.id = booking.event_id
      join facilitators on facilitators.id = events.facilitator_id and facilitators.is_active
      join users on users.id = facilitators.user_id and users.is_active
      where action in ('booking.created', 'booking.promoted', 'booking.cancelled') and not entry.details ? 'with_event'
      and entry.actor_id is distinct from users.id and booking.user_id <> users.id
    ) told
    group by kind, event_id, user_id
    order by 1
    on conflict (reason) do update
    set details = jsonb_set(mails.details, '{bookings}', mails.details -> 'bookings' || (excluded.details -> 'bookings'))
    where mails.status = 'waiting'`
}

/** Of each change of a password, whoever has made it: in the profile, by a link, by an admin or an operator, by Google. */
function toOwnersOfPasswords({ entries, now }: Plan) {
  return sql`${oweAll(
    sql`
      select 'password-changed:' || entry.id, 'password-changed', users.id, null::integer, null::integer,
        jsonb_build_object('action', action), ${now}::timestamptz
      from ${entries} entry
      join users on users.id = entry.subject_id and users.is_active
      where action in ('user.password_changed', 'user.password_reset', 'user.taken_over')
      or (action = 'user.linked_with_google' and entry.details @> '{"password_reset": true}')
      order by entry.id`,
    now,
  )}`
}

/** To addresses that nobody has confirmed: of a new account, after a change, and on request. */
function toUnconfirmedAddresses({ entries, now }: Plan) {
  return sql`${oweAll(
    sql`
      select 'email-confirmation:' || entry.id, 'email-confirmation', users.id, null::integer, null::integer,
        jsonb_build_object('action', action), ${now}::timestamptz
      from ${entries} entry
      join users on users.id = entry.subject_id and users.is_active and not users.email_proven
      where action in ('user.registered', 'user.created', 'user.verification_requested')
      or (action = 'user.updated' and entry.details @> '{"changed": ["email"]}' and not entry.details ? 'respelled')
      order by entry.id`,
    now,
  )}`
}

/** Adds the reminders that have become due. Run again it adds nothing. */
export async function planReminders(trx: Db, now: Date): Promise<void> {
  const until = new Date(now.getTime() + REMINDER_HOURS * 3_600_000)
  await sql`
    with due as (
      insert into planned_reminders (event_id, start_datetime)
      select id, start_datetime from events
      where status = 'ACTIVE' and start_datetime > ${now} and start_datetime <= ${until}
      and not exists (
        select from planned_reminders planned
        where planned.event_id = events.id and planned.start_datetime = events.start_datetime
      )
      order by id
      on conflict (event_id) do update set start_datetime = excluded.start_datetime
      returning event_id, start_datetime
    )
    ${oweAll(
      // Whoever has booked within the last day knows. A mail about a move comes first.
      sql`
        select concat_ws(':', 'reminder', booking.id, extract(epoch from due.start_datetime)::bigint), 'reminder',
          booking.user_id, booking.event_id, booking.id,
          jsonb_build_object('start', extract(epoch from due.start_datetime)::bigint),
          greatest(${now}, events.terms_changed_at + make_interval(secs => ${TOLD_AFTER_SECONDS + MOVE_FIRST_SECONDS}))
        from due join events on events.id = due.event_id
        join bookings booking on booking.event_id = due.event_id and ${holdsSeat('booking')}
        join users on users.id = booking.user_id and users.is_active
        where booking.booking_date <= due.start_datetime - make_interval(hours => ${REMINDER_HOURS})
        order by booking.id`,
      now,
    )}`.execute(trx)
}
