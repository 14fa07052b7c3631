import { type RawBuilder, sql } from 'kysely'
import { holdsSeat } from '#booking/bookings/booking.sql.ts'

export type Reader = { user_id: number; now: Date }

/** How long something is told, and how long after its end anything about an event is. */
const TOLD_DAYS = 30

export const toldSince = (now: Date) => new Date(now.getTime() - TOLD_DAYS * 86_400_000)

/**
 * The CTE `notice`, and those it needs: what the reader has not seen and has not done, as far as it is true now, each at most
 * once. Everything begins with the reader's own bookings and places in line, so that the audit log is only read by its
 * indexes. `before` is the version of the event that the reader knows, when it was moved.
 */
export function unseenNotices({ user_id, now }: Reader): RawBuilder<unknown> {
  return sql`
    seat as materialized (
      select booking.id, booking.event_id, status, booking_date, removal_reason,
        (select ended_at from waitlist_entries place where place.booking_id = booking.id) as promoted_at
      from bookings booking where user_id = ${user_id} and upper(during) > ${toldSince(now)}
    ),
    place as materialized (
      select id, event_id, status, booking_id, joined_at, ended_at from waitlist_entries
      where user_id = ${user_id} and (ended_at is null or ended_at > ${toldSince(now)})
    ),
    seen as materialized (
      select kind, about_id, version from seen_notices where user_id = ${user_id}
    ),
    ${moves({ user_id, now })},
    found as (
      ${ofMoves(now)}
      union all ${ofCancelledBookings({ user_id, now })}
      union all ${ofClosedLines({ user_id, now })}
      union all ${ofPromotions(now)}
      union all ${ofMessages({ user_id, now })}
    ),
    notice as (
      select * from found where not exists (
        select from seen where seen.kind = found.kind and seen.about_id = found.about_id and seen.version >= found.version
      )
    )`
}

/** Joins an entry of the audit log about an event. The condition is that of the index `audit_log_of_events`. */
const ofEvent = (event_id: RawBuilder<unknown>, action: string) => sql`
  entry.subject = 'event' and entry.subject_id = ${event_id} and entry.action = ${sql.lit(action)}`

/** Changes since somebody has a seat or waits for one, neither seen nor made by them: several of one event are one move. */
function moves({ user_id, now }: Reader) {
  return sql`
    change as (
      select kind, about_id, event_id, entry.at, (entry.details ->> 'sequence')::integer as sequence,
        entry.actor_id is not distinct from ${user_id} as is_own
      from (
        select 'event-moved' as kind, id as about_id, event_id, booking_date as since, promoted_at from seat where ${holdsSeat('seat')}
        union all
        select 'waitlist-moved', id, event_id, joined_at, null from place where status = 'waiting'
      ) standing join audit_log entry on ${ofEvent(sql`event_id`, 'event.updated')}
      -- A promotion by the same change is told of the event as it is.
      where entry.details ? 'sequence' and entry.at > ${toldSince(now)} and entry.at >= since and entry.at is distinct from promoted_at
    ),
    move as (
      select kind, about_id, event_id, min(sequence) as before, max(sequence) as version, max(at) as at from change
      where sequence > greatest(
        (select max(sequence) from change own where (own.kind, own.about_id) = (change.kind, change.about_id) and own.is_own),
        (select version from seen where (seen.kind, seen.about_id) = (change.kind, change.about_id)),
        -1
      )
      group by kind, about_id, event_id
    )`
}

/** Not of an event that is back where it was. Who has no seat is not told of the online link. */
const ofMoves = (now: Date) => sql`
  select kind, about_id, move.version, at, move.event_id, before, null as reason,
    null::integer as message_id
  from move join events on events.id = move.event_id and events.start_datetime > ${now}
  join event_versions old on old.event_id = move.event_id and old.sequence = before
  where (old.start_datetime, old.end_datetime, old.location)
    is distinct from (events.start_datetime, events.end_datetime, events.location)
  or (kind = 'event-moved' and old.virtual_link is distinct from events.virtual_link)`

/** Of the reader's last booking of an event only. */
const ofCancelledBookings = ({ user_id, now }: Reader) => sql`
  select what.kind, seat.id, 0, entry.at, seat.event_id, null,
    case what.kind when 'event-cancelled' then cancellation_reason else removal_reason end, null
  from seat join events on events.id = seat.event_id and events.start_datetime > ${now}
  join audit_log entry on entry.subject = 'booking' and entry.subject_id = seat.id and entry.action = 'booking.cancelled'
  cross join lateral (
    select case when entry.details ? 'with_event' then 'event-cancelled' else 'booking-cancelled' end as kind
  ) what
  where seat.status = 'CANCELLED' and entry.at > ${toldSince(now)} and entry.actor_id is distinct from ${user_id}
  and not exists (select from seat later where later.event_id = seat.event_id and later.id > seat.id)`

/** Of events that were cancelled while the reader waited for a seat. */
const ofClosedLines = ({ user_id, now }: Reader) => sql`
  select 'waitlist-closed', place.id, 0, place.ended_at, place.event_id, null, cancellation_reason, null
  from place join events on events.id = place.event_id and events.status = 'CANCELLED' and events.start_datetime > ${now}
  where place.status = 'closed' and not exists (
    select from audit_log entry where ${ofEvent(sql`place.event_id`, 'event.cancelled')} and entry.actor_id = ${user_id}
  )`

const ofPromotions = (now: Date) => sql`
  select 'booking-promoted', seat.id, 0, promoted_at, seat.event_id, null, null, null
  from seat join events on events.id = seat.event_id and events.start_datetime > ${now}
  where ${holdsSeat('seat')} and promoted_at > ${toldSince(now)}`

/** To who was there when it was written, and still is. */
const ofMessages = ({ user_id, now }: Reader) => sql`
  select 'event-message', message.id, 0, message.created_at, message.event_id, null, null, message.id
  from (
    select event_id, booking_date as since, null as until, false as was_waiting from seat where status <> 'CANCELLED'
    union all
    select event_id, joined_at, ended_at, true from place
    where status = 'waiting' or booking_id in (select id from seat where status <> 'CANCELLED')
  ) audience
  join audit_log entry on ${ofEvent(sql`audience.event_id`, 'event.message_sent')}
  join event_messages message on message.id = (entry.details ->> 'message_id')::integer
  where entry.at > ${toldSince(now)} and entry.at >= since and (until is null or entry.at < until)
  and (not was_waiting or entry.details @> '{"include_waiting": true}')
  and message.author_id <> ${user_id} and message.text is not null`
