import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import { currentCause } from '#shared/telemetry/request-context.ts'
import type { EventFields } from './event-input.rules.ts'
import type { Times } from './recurrence.rules.ts'

export function find(db: Db, id: number): Promise<EventRow | undefined> {
  return db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst()
}

type NewEvents = Omit<EventFields, keyof Times> & {
  facilitator_id: number
  series_id: number | null
  times: Times[]
}

/** One event for each of the times, and its entry in the log. Returns their ids. */
export async function insert(
  trx: Db,
  event: NewEvents,
  { now, actor_id }: { now: Date; actor_id: number },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with inserted as (
      insert into events (title, description, event_type, facilitator_id, location, virtual_link, max_participants, price,
        requirements, timezone, cancellation_deadline_hours, series_id, created_at, updated_at, start_datetime, end_datetime)
      select ${event.title}, ${event.description}, ${event.event_type}, ${event.facilitator_id}, ${event.location},
        ${event.virtual_link}, ${event.max_participants}, ${event.price}, ${event.requirements}, ${event.timezone},
        ${event.cancellation_deadline_hours}, ${event.series_id}, ${now}, ${now}, start_datetime, end_datetime
      from unnest(
        ${event.times.map(({ start_datetime }) => start_datetime)}::timestamptz[],
        ${event.times.map(({ end_datetime }) => end_datetime)}::timestamptz[]
      ) with ordinality as given (start_datetime, end_datetime, n) order by n
      returning id, series_id
    ),
    noted as (
      insert into audit_log (at, actor_id, action, subject, subject_id, details)
      select ${now}, ${actor_id}, 'event.created', 'event', id, jsonb_strip_nulls(jsonb_build_object('series_id', series_id))
      from inserted
    )
    select id from inserted order by id`.execute(trx)
  return rows.map(({ id }) => id)
}

type Written = { now: Date; actor_id: number; isNews: boolean; details: Record<string, unknown> }

/** Writes all that an organiser decides, and its entry in the log. `isNews` when calendars have to hear of it. */
export async function update(
  trx: Db,
  event: EventRow,
  { now, actor_id, isNews, details }: Written,
): Promise<void> {
  await sql`
    with updated as (
      update events set title = ${event.title}, description = ${event.description}, event_type = ${event.event_type},
        start_datetime = ${event.start_datetime}, end_datetime = ${event.end_datetime}, location = ${event.location},
        virtual_link = ${event.virtual_link}, max_participants = ${event.max_participants}, price = ${event.price},
        requirements = ${event.requirements}, timezone = ${event.timezone},
        cancellation_deadline_hours = ${event.cancellation_deadline_hours},
        updated_at = ${now}, revision = revision + 1, sequence = sequence + ${isNews ? 1 : 0}
      where id = ${event.id} returning id
    )
    insert into audit_log (at, actor_id, action, subject, subject_id, details)
    select ${now}, ${actor_id}, 'event.updated', 'event', id, ${JSON.stringify(details)} from updated`.execute(
    trx,
  )
}

type Cancellation = { now: Date; actor_id: number; reason: string | null }

/**
 * Cancels locked events with everything that hangs on them: bookings, seats, a message to the CRM for each booking
 * and the log. Returns how many bookings there were.
 */
export async function cancel(
  trx: Db,
  ids: number[],
  { now, actor_id, reason }: Cancellation,
): Promise<number> {
  const { request_id, trace_parent } = currentCause()
  const { rows } = await sql<{ count: number }>`
    with cancelled as (
      update events set status = 'CANCELLED', cancellation_reason = ${reason}, current_participants = 0,
        updated_at = ${now}, revision = revision + 1, sequence = sequence + 1
      where id = any(${ids}::integer[]) returning id
    ),
    held as materialized (
      select id from bookings
      where event_id = any(${ids}::integer[]) and status in ('PENDING', 'CONFIRMED')
      order by id for no key update
    ),
    freed as (
      update bookings set status = 'CANCELLED', has_clash = false, attendance = null, checked_in_at = null,
        updated_at = ${now}
      where id in (select id from held) returning id, event_id
    ),
    told as (
      insert into outbox (topic, booking_id, created_at, next_attempt_at, request_id, trace_parent)
      select 'booking.cancelled', id, ${now}, ${now}, ${request_id}::text, ${trace_parent}::text
      from freed order by id
    ),
    noted as (
      insert into audit_log (at, actor_id, action, subject, subject_id, details)
      select ${now}::timestamptz, ${actor_id}::integer, 'event.cancelled', 'event', cancelled.id,
        jsonb_build_object('cancelled_bookings', (select count(*) from freed where event_id = cancelled.id))
      from cancelled
      union all
      select ${now}::timestamptz, ${actor_id}::integer, 'booking.cancelled', 'booking', id,
        jsonb_build_object('event_id', event_id, 'with_event', true) from freed
    )
    select count(*) as count from freed`.execute(trx)
  return rows[0]?.count ?? 0
}
