import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { OutboxTopic } from '#booking/database/outbox.table.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { type Cause, currentCause } from '#shared/telemetry/request-context.ts'
import { toBookingNotification } from './booking-notification.ts'

/** A claimed message with its notification. */
export type Message = {
  id: number
  booking_id: number
  attempts: number
  created_at: Date
  cause: Cause
  notification: BookingNotification
}

/** How long a claim lasts; after that any worker may claim the message. */
export const LEASE_SECONDS = 15

/** Adds a message, leased to its writer. Call it in the transaction that changes the booking. Returns its id. */
export async function add(trx: Db, topic: OutboxTopic, booking_id: number, now: Date): Promise<number> {
  const { id } = await trx
    .insertInto('outbox')
    .values({ topic, booking_id, created_at: now, next_attempt_at: leaseEnd(now), ...currentCause() })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Reads messages under the writer's lease, without those whose booking has an older message. */
export function listHeld(db: Db, ids: number[]): Promise<Message[]> {
  return readMessages(db, ids)
}

/** Claims due messages, oldest first, without those whose booking has an older message. */
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

/** Deletes acknowledged messages and sets `crm_notified_at` of their bookings. */
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

/** Ends the lease after a failed call, so that the messages can be claimed as soon as the CRM is back. */
export async function release(db: Db, ids: number[], now: Date, error: string): Promise<void> {
  await sql`
    update outbox set attempts = attempts + 1, next_attempt_at = ${now}, last_error = ${error.slice(0, 500)}
    where id = any(${ids}::bigint[])`.execute(db)
}

/** Returns the number of messages and the creation time of the oldest. */
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
      'events.timezone',
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

/** Returns the end of a lease that begins now. */
export function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + LEASE_SECONDS * 1000)
}
