import { sql } from 'kysely'
import type { Db } from '#booking/database.ts'
import type { EventRow, NewEvent } from './event.table.ts'
import type { EventFields } from './event-input.rules.ts'

export async function insert(trx: Db, event: NewEvent): Promise<number> {
  const { id } = await trx.insertInto('events').values(event).returning('id').executeTakeFirstOrThrow()
  return id
}

export function find(db: Db, id: number): Promise<EventRow | undefined> {
  return db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Holds the rows until the transaction ends, in order of id like everybody who gives or frees seats. */
export function lockMany(trx: Db, ids: number[]): Promise<EventRow[]> {
  return trx.selectFrom('events').selectAll().where('id', 'in', ids).orderBy('id').forUpdate().execute()
}

/** `isNews` when calendars have to hear of it. */
export function update(
  trx: Db,
  id: number,
  changes: Partial<EventFields>,
  { now, isNews }: { now: Date; isNews: boolean },
): Promise<EventRow> {
  return trx
    .updateTable('events')
    .set({
      ...changes,
      updated_at: now,
      revision: sql`revision + 1`,
      sequence: sql`sequence + ${isNews ? 1 : 0}`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

type Cancellation = { now: Date; actor_id: number; reason: string | null }

/**
 * Cancels locked events with everything that hangs on them: bookings, seats, a message to the CRM for each booking
 * and the log. Returns how many bookings there were.
 */
export async function cancelMany(
  trx: Db,
  ids: number[],
  { now, actor_id, reason }: Cancellation,
): Promise<number> {
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
      update bookings set status = 'CANCELLED', has_clash = false, updated_at = ${now}
      where id in (select id from held) returning id, event_id
    ),
    told as (
      insert into outbox (topic, booking_id, created_at, next_attempt_at)
      select 'booking.cancelled', id, ${now}, ${now} from freed order by id
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
