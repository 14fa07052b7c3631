import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { OutboxTopic } from '#booking/database/outbox.table.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { type Cause, currentCause } from '#shared/telemetry/request-context.ts'
import { toBookingNotification } from './booking-notification.ts'

/** A message that has been claimed, with what the CRM is to be told. */
export type Message = {
  id: number
  booking_id: number
  attempts: number
  created_at: Date
  cause: Cause
  notification: BookingNotification
}

/** For whoever has claimed a message to try it; after that anybody may. */
export const LEASE_SECONDS = 15

/** Adds a message in the transaction of the change it tells about, claimed by its writer. Returns its id. */
export async function add(trx: Db, topic: OutboxTopic, booking_id: number, now: Date): Promise<number> {
  const { id } = await trx
    .insertInto('outbox')
    .values({ topic, booking_id, created_at: now, next_attempt_at: leaseEnd(now), ...currentCause() })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** What to send for messages that their writer still holds, without those whose booking has an older one waiting. */
export function listHeld(db: Db, ids: number[]): Promise<Message[]> {
  return readMessages(db, ids)
}

/** Claims due messages, oldest first; never one whose booking has an older message waiting. */
export async function claimDue(db: Db, now: Date, limit: number): Promise<Message[]> {
  const { rows } = await sql<{ id: number }>`
    update outbox set next_attempt_at = ${leaseEnd(now)}
    where id in (
      select id from outbox due
      where next_attempt_at <= ${now} and not exists (${olderMessage('due')})
      order by id limit ${limit} for update skip locked
    ) returning id`.execute(db)
  return readMessages(
    db,
    rows.map(({ id }) => id),
  )
}

/** The CRM has acknowledged: the messages are done and their bookings say since when. */
export async function complete(db: Db, ids: number[], now: Date): Promise<void> {
  await sql`
    with done as (delete from outbox where id = any(${ids}::bigint[]) returning booking_id)
    update bookings set crm_notified_at = ${now} where id in (select booking_id from done)`.execute(db)
}

export async function retryAt(db: Db, id: number, at: Date, error: string): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ attempts: sql`attempts + 1`, next_attempt_at: at, last_error: error.slice(0, 500) })
    .where('id', '=', id)
    .execute()
}

/** The CRM is away: the messages may be tried again as soon as it is back. */
export async function release(db: Db, ids: number[], now: Date, error: string): Promise<void> {
  await sql`
    update outbox set attempts = attempts + 1, next_attempt_at = ${now}, last_error = ${error.slice(0, 500)}
    where id = any(${ids}::bigint[])`.execute(db)
}

/** How many messages wait, and since when the oldest. */
export async function summarise(db: Db): Promise<{ count: number; oldest_at: Date | null }> {
  return db
    .selectFrom('outbox')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('created_at').as('oldest_at')])
    .executeTakeFirstOrThrow()
}

async function readMessages(db: Db, ids: number[]): Promise<Message[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('outbox')
    .innerJoin('bookings', 'bookings.id', 'outbox.booking_id')
    .innerJoin('users', 'users.id', 'bookings.user_id')
    .innerJoin('events', 'events.id', 'bookings.event_id')
    .select([
      'outbox.id',
      'outbox.topic',
      'outbox.attempts',
      'outbox.created_at',
      'outbox.booking_id',
      'outbox.request_id',
      'outbox.trace_parent',
      'bookings.booking_date',
      'bookings.notes',
      'users.id as user_id',
      'users.email',
      'users.first_name',
      'users.last_name',
      'users.phone',
      'events.id as event_id',
      'events.title',
      'events.event_type',
      'events.start_datetime',
      'events.location',
      'events.facilitator_id',
    ])
    .where('outbox.id', '=', sql<number>`any(${ids}::bigint[])`)
    .where(sql<boolean>`not exists (${olderMessage('outbox')})`)
    .orderBy('outbox.id')
    .execute()
  return rows.map(({ id, booking_id, attempts, created_at, topic, request_id, trace_parent, ...row }) => ({
    id,
    booking_id,
    attempts,
    created_at,
    cause: { request_id, trace_parent },
    notification: toBookingNotification({
      topic,
      booking: { id: booking_id, booking_date: row.booking_date, notes: row.notes },
      user: { ...row, id: row.user_id },
      event: { ...row, id: row.event_id },
    }),
  }))
}

function olderMessage(than: string) {
  return sql`select 1 from outbox older where older.booking_id = ${sql.ref(`${than}.booking_id`)} and older.id < ${sql.ref(`${than}.id`)}`
}

/** Until when a message that is claimed now is left alone. */
export function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + LEASE_SECONDS * 1000)
}
