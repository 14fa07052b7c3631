import { sql } from 'kysely'
import type { Db } from '#crm/database/database.ts'
import type { NewNotification, NotificationRow } from '#crm/database/notification.table.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import type { CrmStatus, Notification } from '#shared/contracts/crm-notification.schema.ts'
import { notFound } from '#shared/errors/app-error.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { statusOf } from './notification.rules.ts'

// Triggers of `notifications` keep the statistics (`count_*`) and write the feed (`tell_*`) in each statement that writes here.

/** The id of a booking's notification. */
export type StoredId = { id: number; booking_id: number }

export async function get(db: Db, booking_id: number): Promise<Notification> {
  const row = await db
    .selectFrom('notifications')
    .selectAll()
    .where('booking_id', '=', booking_id)
    .executeTakeFirst()
  if (!row) throw notFound('booking')
  return toNotification(row)
}

export async function listAbout(db: Db, bookingIds: number[]): Promise<Notification[]> {
  const rows = await db
    .selectFrom('notifications')
    .selectAll()
    .where('booking_id', '=', sql<number>`any(${bookingIds}::integer[])`)
    .execute()
  return rows.map(toNotification)
}

/** Locks the row until the transaction ends; undefined for an unknown booking. */
export function lock(trx: Db, booking_id: number): Promise<NotificationRow | undefined> {
  return trx
    .selectFrom('notifications')
    .selectAll()
    .where('booking_id', '=', booking_id)
    .forUpdate()
    .executeTakeFirst()
}

/**
 * Inserts the notifications of unknown bookings, at most one for each booking. Returns those that were inserted. Rows are inserted
 * in order of booking, so that two batches cannot deadlock.
 */
export async function insertNew(db: Db, notifications: NewNotification[]): Promise<StoredId[]> {
  const { rows } = await sql<StoredId>`
    insert into notifications (${COLUMNS})
    select ${COLUMNS} from json_populate_recordset(null::notifications, ${JSON.stringify(notifications)}) given
    -- Known bookings are left out beforehand, because "on conflict" would use up an id.
    where not exists (select from notifications known where known.booking_id = given.booking_id)
    order by booking_id
    on conflict (booking_id) do nothing
    returning id, booking_id`.execute(db)
  return rows
}

/** Marks bookings as cancelled that are not yet. Returns those. */
export async function cancel(db: Db, bookingIds: number[], cancelled_at: Date): Promise<StoredId[]> {
  const { rows } = await sql<StoredId>`
    update notifications set status = 'cancelled', cancelled_at = ${cancelled_at}
    where id in (
      select id from notifications where booking_id = any(${bookingIds}::integer[]) and status <> 'cancelled'
      order by booking_id for update
    )
    returning id, booking_id`.execute(db)
  return rows
}

export function findIds(db: Db, bookingIds: number[]): Promise<StoredId[]> {
  return db
    .selectFrom('notifications')
    .select(['id', 'booking_id'])
    .where('booking_id', '=', sql<number>`any(${bookingIds}::integer[])`)
    .execute()
}

export async function updateCrmStatus(trx: Db, booking_id: number, crm_status: CrmStatus): Promise<void> {
  await trx.updateTable('notifications').set({ crm_status }).where('booking_id', '=', booking_id).execute()
}

export function toNotification(row: NotificationRow): Notification {
  return {
    id: row.id,
    booking_id: row.booking_id,
    user: { id: row.user_id, email: row.user_email, name: row.user_name, phone: row.user_phone },
    event: { id: row.event_id, title: row.event_title, type: row.event_type },
    facilitator_id: row.facilitator_id,
    received_at: toWireTime(row.received_at),
    status: row.status,
    crm_status: row.crm_status,
  }
}

/** The columns of a notification; fields that were left out are null. */
export function toRow(
  notification: BookingNotification,
  received_at: Date,
): Omit<NotificationRow, 'id' | 'crm_status' | 'imported_fields'> {
  const { booking_id, user, event, facilitator_id, booking_date = null, notes = null } = notification
  const status = statusOf(notification)
  return {
    booking_id,
    user_id: user.id,
    user_email: user.email,
    user_name: user.name,
    user_phone: user.phone ?? null,
    event_id: event.id,
    event_title: event.title,
    event_type: event.type,
    event_start_datetime: event.start_datetime ?? null,
    event_location: event.location ?? null,
    event_timezone: event.timezone ?? null,
    facilitator_id,
    booking_date,
    notes,
    received_at,
    status,
    cancelled_at: status === 'cancelled' ? received_at : null,
  }
}

const COLUMNS = sql.raw(`
  booking_id, user_id, user_email, user_name, user_phone, event_id, event_title, event_type,
  event_start_datetime, event_location, event_timezone, facilitator_id, booking_date, notes, received_at, status,
  cancelled_at`)
