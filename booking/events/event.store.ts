import { sql } from 'kysely'
import { insertEntries } from '#booking/audit-log/audit-log.sql.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventRow, NewEvent } from '#booking/database/event.table.ts'
import { fullNameOf } from '#booking/database/full-name.sql.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { Event } from './event.schema.ts'
import { type EventColumns, eventColumns } from './event.sql.ts'

/** The seats of an event at one revision. */
export type SeatCount = Pick<EventRow, 'id' | 'current_participants' | 'max_participants' | 'revision'>

export type EventWithFacilitator = EventColumns & { facilitator_name: string; facilitator_bio: string | null }

/** An event in its API form, without its online link, and its revision. */
export type RevisedEvent = { event: Event; revision: number }

export async function find(db: Db, id: number): Promise<RevisedEvent | undefined> {
  const [found] = await listByIds(db, [id])
  return found
}

export async function listByIds(db: Db, ids: number[]): Promise<RevisedEvent[]> {
  const { rows } = await sql<EventWithFacilitator>`
    select ${eventColumns()}, ${fullNameOf('facilitators')} as facilitator_name,
           facilitators.bio as facilitator_bio
    from events join facilitators on facilitators.id = facilitator_id
    where events.id = any(${ids}::integer[]) order by events.id`.execute(db)
  return rows.map(toRevisedEvent)
}

/** Locks the event's row until the transaction ends. Seats are given and freed only under this lock. */
export function lock(trx: Db, id: number): Promise<EventRow | undefined> {
  return trx.selectFrom('events').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

/** The same for several, in order of id as everywhere, so that transactions cannot deadlock. */
export function lockMany(trx: Db, ids: number[]): Promise<EventRow[]> {
  return trx
    .selectFrom('events')
    .selectAll()
    .where('id', '=', sql<number>`any(${ids}::integer[])`)
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** Locks those that nobody else has locked, without waiting. Returns how many. */
export async function lockFree(trx: Db, ids: number[]): Promise<number> {
  const locked = await trx
    .selectFrom('events')
    .select('id')
    .where('id', '=', sql<number>`any(${ids}::integer[])`)
    .forUpdate()
    .skipLocked()
    .execute()
  return locked.length
}

export function addParticipants(trx: Db, id: number, change: 1 | -1): Promise<SeatCount> {
  return trx
    .updateTable('events')
    .set({
      current_participants: sql`current_participants + ${change}`,
      revision: sql`revision + 1`,
    })
    .where('id', '=', id)
    .returning(['id', 'current_participants', 'max_participants', 'revision'])
    .executeTakeFirstOrThrow()
}

export function insertMany(db: Db, events: NewEvent[]): Promise<{ id: number }[]> {
  return db.insertInto('events').values(events).returning('id').execute()
}

/** Completes events that have ended, and their confirmed bookings. Returns the number of events. */
export async function completeEnded(db: Db, now: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with over as materialized (
      select id from events where status = 'ACTIVE' and end_datetime <= ${now} order by id for update
    ), ended as (
      update events set status = 'COMPLETED', updated_at = ${now}, revision = revision + 1
      where id in (select id from over) returning id
    ), attended as (
      update bookings set status = 'COMPLETED', has_clash = false, updated_at = ${now}
      where status = 'CONFIRMED' and event_id in (select id from ended)
    ), audit_rows as (
      ${insertEntries({
        at: now,
        actor_id: null,
        action: 'event.completed',
        subject: 'event',
        subject_id: sql`id`,
        source: sql`ended`,
      })}
    )
    select count(*) as count from ended`.execute(db)
  return rows[0]?.count ?? 0
}

export function toRevisedEvent(row: EventWithFacilitator): RevisedEvent {
  return { revision: row.revision, event: toEvent(row) }
}

function toEvent(row: EventWithFacilitator): Event {
  const available = row.max_participants - row.current_participants
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    event_type: row.event_type,
    facilitator: { id: row.facilitator_id, name: row.facilitator_name, bio: row.facilitator_bio },
    start_datetime: toWireTime(row.start_datetime),
    end_datetime: toWireTime(row.end_datetime),
    location: row.location,
    virtual_link: null,
    max_participants: row.max_participants,
    current_participants: row.current_participants,
    available_spots: available,
    price: row.price,
    status: row.status,
    requirements: row.requirements,
    is_full: available <= 0,
    created_at: toWireTime(row.created_at),
    timezone: row.timezone,
    cancellation_deadline_hours: row.cancellation_deadline_hours,
    series_id: row.series_id,
    parent_event_id: row.parent_event_id,
    is_online: row.is_online,
    ...(row.cancellation_reason !== null && { cancellation_reason: row.cancellation_reason }),
  }
}
