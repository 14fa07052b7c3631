import { sql } from 'kysely'
import type { Db } from '#crm/database.ts'
import { toRow } from '#crm/notifications/notification.store.ts'
import type { NotificationRow } from '#crm/notifications/notification.table.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { ImportedNotification } from './backup.rules.ts'

const LOCK = sql`hashtext('stillpoint crm backup')`

/** Held by one instance at a time, until its transaction ends. */
export async function lock(trx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx)
}

/** False when another instance holds it. */
export async function tryLock(trx: Db): Promise<boolean> {
  const { rows } = await sql<{
    locked: boolean
  }>`select pg_try_advisory_xact_lock(${LOCK}) as locked`.execute(trx)
  return rows[0]?.locked === true
}

export async function hasNotifications(db: Db): Promise<boolean> {
  return (await db.selectFrom('notifications').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** The next ones after that id, oldest first. */
export function listAfter(db: Db, id: number, limit: number): Promise<NotificationRow[]> {
  return db.selectFrom('notifications').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute()
}

/** With their own ids. Follow with `advanceIds`. */
export async function insertMany(trx: Db, notifications: ImportedNotification[]): Promise<void> {
  const rows: NotificationRow[] = notifications.map((notification) => ({
    ...toRow(notification, notification.received_at),
    id: notification.id,
    crm_status: notification.crm_status,
  }))
  await sql`
    insert into notifications
    select given.* from json_populate_recordset(null::notifications, ${JSON.stringify(rows)}) given
    on conflict do nothing`.execute(trx)
}

/** Lets new ids follow those that were imported. */
export async function advanceIds(trx: Db): Promise<void> {
  await sql`
    select setval(pg_get_serial_sequence('notifications', 'id'), max(id)) from notifications having count(*) > 0
  `.execute(trx)
}

/** One booking in the file: all that is known of it. */
export function toBackupEntry(row: NotificationRow) {
  return {
    id: row.id,
    booking_id: row.booking_id,
    user: { id: row.user_id, email: row.user_email, name: row.user_name, phone: row.user_phone },
    event: {
      id: row.event_id,
      title: row.event_title,
      type: row.event_type,
      start_datetime: row.event_start_datetime,
      location: row.event_location,
    },
    facilitator_id: row.facilitator_id,
    booking_date: row.booking_date,
    notes: row.notes,
    received_at: toWireTime(row.received_at),
    status: row.status,
    crm_status: row.crm_status,
  }
}
