import { sql } from 'kysely'
import { insertEntries } from '#booking/audit-log/audit-log.sql.ts'
import { holdsSeat } from '#booking/bookings/booking.sql.ts'
import { insertMessages } from '#booking/crm-link/outbox/outbox.sql.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventRow } from '#booking/database/event.table.ts'
import type { EventVersionRow } from '#booking/database/mail.table.ts'
import type { Version } from './event-change.rules.ts'
import type { EventFields } from './event-input.rules.ts'
import type { Times } from './recurrence.rules.ts'

export function find(db: Db, id: number): Promise<EventRow | undefined> {
  return db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Locks the event against becoming part of another until the transaction ends. It can still be booked. */
export function lockAsParent(db: Db, id: number): Promise<EventRow | undefined> {
  return db.selectFrom('events').selectAll().where('id', '=', id).forKeyShare().executeTakeFirst()
}

/** Whether another event is part of one of these. */
export async function hasParts(db: Db, ids: number[]): Promise<boolean> {
  const part = await db
    .selectFrom('events')
    .select('id')
    .where('parent_event_id', '=', sql<number>`any(${ids}::integer[])`)
    .limit(1)
    .executeTakeFirst()
  return part !== undefined
}

type NewEvents = Omit<EventFields, keyof Times> & {
  facilitator_id: number
  series_id: number | null
  times: Times[]
}

/** Inserts an event for each of the times, with its audit entry. Returns their ids. */
export async function insert(
  trx: Db,
  event: NewEvents,
  { now, actor_id }: { now: Date; actor_id: number },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with inserted as (
      insert into events (title, description, event_type, facilitator_id, location, virtual_link, max_participants, price,
        requirements, timezone, cancellation_deadline_hours, series_id, parent_event_id, created_at, updated_at, start_datetime, end_datetime)
      select ${event.title}, ${event.description}, ${event.event_type}, ${event.facilitator_id}, ${event.location},
        ${event.virtual_link}, ${event.max_participants}, ${event.price}, ${event.requirements}, ${event.timezone},
        ${event.cancellation_deadline_hours}, ${event.series_id}, ${event.parent_event_id}, ${now}, ${now}, start_datetime, end_datetime
      from unnest(
        ${event.times.map(({ start_datetime }) => start_datetime)}::timestamptz[],
        ${event.times.map(({ end_datetime }) => end_datetime)}::timestamptz[]
      ) with ordinality as each (start_datetime, end_datetime, n) order by n
      returning id, series_id
    ),
    audit_rows as (
      ${insertEntries({
        at: now,
        actor_id,
        action: 'event.created',
        subject: 'event',
        subject_id: sql`id`,
        details: sql`jsonb_strip_nulls(jsonb_build_object('series_id', series_id))`,
        source: sql`inserted`,
      })}
    )
    select id from inserted order by id`.execute(trx)
  return rows.map(({ id }) => id)
}

type Written = {
  now: Date
  actor_id: number
  raisesSequence: boolean
  /** Attendees are told: what the event was is kept in `event_versions`. */
  isTold: boolean
  details: Record<string, unknown>
}

/** Updates all fields that the organiser sets, with an audit entry. */
export async function update(
  trx: Db,
  event: EventRow,
  { now, actor_id, raisesSequence, isTold, details }: Written,
): Promise<void> {
  await sql`
    with updated as (
      update events set title = ${event.title}, description = ${event.description}, event_type = ${event.event_type},
        start_datetime = ${event.start_datetime}, end_datetime = ${event.end_datetime}, location = ${event.location},
        virtual_link = ${event.virtual_link}, max_participants = ${event.max_participants}, price = ${event.price},
        requirements = ${event.requirements}, timezone = ${event.timezone},
        cancellation_deadline_hours = ${event.cancellation_deadline_hours}, parent_event_id = ${event.parent_event_id},
        updated_at = ${now}, revision = revision + 1, sequence = sequence + ${raisesSequence ? 1 : 0},
        terms_changed_at = ${event.terms_changed_at}
      where id = ${event.id} returning id
    ),
    version as (
      insert into event_versions (event_id, sequence, start_datetime, end_datetime, timezone, location, virtual_link,
        terms_changed_at, changed_at)
      select id, sequence, start_datetime, end_datetime, timezone, location, virtual_link, terms_changed_at, ${now}
      from events where id = ${event.id} and ${isTold}::boolean
    )
    ${insertEntries({
      at: now,
      actor_id,
      action: 'event.updated',
      subject: 'event',
      subject_id: sql`id`,
      details: sql`${JSON.stringify(details)}::jsonb`,
      source: sql`updated`,
    })}`.execute(trx)
}

/** Returns what the events were within the last hour, the newest first. */
export function listVersions(trx: Db, ids: number[], now: Date): Promise<(Version & EventVersionRow)[]> {
  return trx
    .selectFrom('event_versions')
    .selectAll()
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('bookings')
          .select('id')
          .whereRef('bookings.event_id', '=', 'event_versions.event_id')
          .whereRef('created_at', '>=', 'changed_at')
          .where(holdsSeat()),
      )
        .$castTo<boolean>()
        .as('was_booked'),
    )
    .where('event_id', '=', sql<number>`any(${ids}::integer[])`)
    .where('changed_at', '>', new Date(now.getTime() - 3_600_000))
    .orderBy('sequence', 'desc')
    .execute()
}

type Cancellation = { now: Date; actor_id: number; reason: string | null }

/** Cancels the locked events and their bookings, with a CRM message per booking and audit entries. Returns the number of bookings. */
export async function cancel(
  trx: Db,
  ids: number[],
  { now, actor_id, reason }: Cancellation,
): Promise<number> {
  const entry = { at: now, actor_id, subject_id: sql`id` }
  const { rows } = await sql<{ count: number }>`
    with cancelled as (
      update events set status = 'CANCELLED', cancellation_reason = ${reason}, current_participants = 0,
        updated_at = ${now}, revision = revision + 1, sequence = sequence + 1
      where id = any(${ids}::integer[]) returning id
    ),
    held as materialized (
      select id from bookings
      where event_id = any(${ids}::integer[]) and ${holdsSeat()}
      order by id for no key update
    ),
    freed as (
      update bookings set status = 'CANCELLED', has_clash = false, attendance = null, checked_in_at = null,
        updated_at = ${now}
      where id in (select id from held) returning id, event_id
    ),
    outbox_rows as (
      ${insertMessages({
        topic: 'booking.cancelled',
        booking_id: sql`id`,
        now,
        dueAt: now,
        source: sql`freed order by id`,
      })}
    ),
    audit_rows as (
      ${insertEntries(
        {
          ...entry,
          action: 'event.cancelled',
          subject: 'event',
          details: sql`jsonb_build_object(
            'cancelled_bookings', (select count(*) from freed where event_id = cancelled.id)
          )`,
          source: sql`cancelled`,
        },
        {
          ...entry,
          action: 'booking.cancelled',
          subject: 'booking',
          details: sql`jsonb_build_object('event_id', event_id, 'with_event', true)`,
          source: sql`freed`,
        },
      )}
    )
    select count(*) as count from freed`.execute(trx)
  return rows[0]?.count ?? 0
}
