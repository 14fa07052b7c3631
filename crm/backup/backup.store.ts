import { sql } from 'kysely'
import type { CrmStatusChangeRow } from '#crm/database/crm-status-change.table.ts'
import type { Db } from '#crm/database/database.ts'
import type { NotificationRow } from '#crm/database/notification.table.ts'
import { toRow } from '#crm/notifications/notification.store.ts'
import { isRecord } from '#shared/lib/record.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { ImportedNotification } from './backup.rules.ts'

const LOCK = sql`hashtext('stillpoint crm backup')`

/** Takes the lock of backups, which is held until the transaction ends. */
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

/**
 * Lets nobody else write until the transaction ends. The triggers `tell_*` add nothing to the feed while
 * `stillpoint.is_importing` is on: what comes in now is history.
 */
export async function beginImport(trx: Db): Promise<void> {
  await lock(trx)
  await sql`lock table notifications in share row exclusive mode`.execute(trx)
  await sql`select set_config('stillpoint.is_importing', 'on', true)`.execute(trx)
}

export async function hasNotifications(db: Db): Promise<boolean> {
  return (await db.selectFrom('notifications').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** The number of rows; call it while the table is locked. */
export async function countNotifications(trx: Db): Promise<number> {
  const { total } = await trx
    .selectFrom('notifications')
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

/** Deletes everything. Subscribers of the feed get a `stream.reset`, because the next position leaves a gap. */
export async function clear(trx: Db): Promise<void> {
  await sql`truncate notifications, crm_status_changes, feed`.execute(trx)
  await trx.updateTable('facilitator_statistics').set({ feed_position: sql`feed_position + 1` }).execute()
}

/** Up to `limit` rows with a larger id, in order of id. */
export function listAfter(db: Db, id: number, limit: number): Promise<NotificationRow[]> {
  return db.selectFrom('notifications').selectAll().where('id', '>', id).orderBy('id').limit(limit).execute()
}

/** Inserts notifications with their ids and history. Returns how many were new. Call `advanceIds` afterwards. */
export async function insertMany(trx: Db, notifications: ImportedNotification[]): Promise<number> {
  if (notifications.length === 0) return 0
  const rows: NotificationRow[] = notifications.map((notification) => {
    const { id, crm_status, received_at, imported_fields } = notification
    const row = toRow(notification, received_at)
    const cancelled_at = row.cancelled_at && (notification.cancelled_at ?? row.cancelled_at)
    return { ...row, id, crm_status, imported_fields, cancelled_at }
  })
  // By name, since `search_text` is generated and takes no value.
  const columns = sql.join(Object.keys(rows[0] ?? {}).map((name) => sql.ref(name)))
  const { rows: inserted } = await sql<{ booking_id: number }>`
    insert into notifications (${columns})
    select ${columns} from json_populate_recordset(null::notifications, ${JSON.stringify(rows)})
    on conflict do nothing
    returning booking_id`.execute(trx)
  const known = new Set(inserted.map(({ booking_id }) => booking_id))
  const changes = notifications
    .filter(({ booking_id }) => known.has(booking_id))
    .flatMap(({ booking_id, history }) => history.map((change) => ({ booking_id, ...change })))
  if (changes.length > 0) {
    await sql`
      insert into crm_status_changes (booking_id, old_status, new_status, notes, author, changed_at)
      select booking_id, old_status, new_status, notes, author, changed_at
      from json_populate_recordset(null::crm_status_changes, ${JSON.stringify(changes)})`.execute(trx)
  }
  return inserted.length
}

/** Makes the sequence continue after the imported ids. */
export async function advanceIds(trx: Db): Promise<void> {
  await sql`
    select setval(pg_get_serial_sequence('notifications', 'id'), max(id)) from notifications having count(*) > 0
  `.execute(trx)
}

/** One booking in the form of the file, in the fields of the old service (contract). */
export function toBackupEntry(row: NotificationRow, history: CrmStatusChangeRow[]) {
  const { user, event, ...others } = row.imported_fields ?? {}
  return {
    id: row.id,
    booking_id: row.booking_id,
    user: {
      id: row.user_id,
      email: row.user_email,
      name: row.user_name,
      phone: row.user_phone,
      ...(isRecord(user) && user),
    },
    event: {
      id: row.event_id,
      title: row.event_title,
      type: row.event_type,
      start_datetime: row.event_start_datetime,
      location: row.event_location,
      ...(row.event_timezone && { timezone: row.event_timezone }),
      ...(isRecord(event) && event),
    },
    facilitator_id: row.facilitator_id,
    booking_date: row.booking_date,
    notes: row.notes,
    received_at: toWireTime(row.received_at),
    status: row.status,
    crm_status: row.crm_status,
    ...(row.cancelled_at && { cancelled_at: toWireTime(row.cancelled_at) }),
    ...(history.length > 0 && { history: history.map(toHistoryEntry) }),
    ...others,
  }
}

function toHistoryEntry({ old_status, new_status, notes, author, changed_at }: CrmStatusChangeRow) {
  return { old_status, new_status, notes, author, changed_at: toWireTime(changed_at) }
}
