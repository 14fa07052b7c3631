import { type SelectQueryBuilder, sql } from 'kysely'
import type { Database, Db } from '#crm/database.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { notFound } from '#shared/http/app-error.ts'
import type { Slice } from '#shared/http/pagination.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { type Standing, statusOf } from './notification.rules.ts'
import type { CrmStatus, Notification } from './notification.schema.ts'
import type { NewNotification, NotificationRow } from './notification.table.ts'

/** Null or left out: any. */
export type NotificationFilter = {
  facilitator_id?: number | null
  event_id?: number | null
  user_id?: number | null
  /** Compared ignoring case, as is the type. */
  status?: string | null
  event_type?: string | null
  crm_status?: CrmStatus | null
}

/** One page, newest first, and how many there are in all. */
export async function list(
  db: Db,
  filter: NotificationFilter,
  slice: Slice,
): Promise<{ notifications: Notification[]; total: number }> {
  const page = matching(db, filter).selectAll().orderBy('id', 'desc').limit(slice.limit).offset(slice.offset)
  const count = matching(db, filter).select((select) => select.fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { notifications: rows.map(toNotification), total }
}

export async function get(db: Db, booking_id: number): Promise<Notification> {
  const row = await db
    .selectFrom('notifications')
    .selectAll()
    .where('booking_id', '=', booking_id)
    .executeTakeFirst()
  if (!row) throw notFound('booking')
  return toNotification(row)
}

/** Holds the booking's row until the transaction ends. */
export function lock(trx: Db, booking_id: number): Promise<NotificationRow | undefined> {
  return trx
    .selectFrom('notifications')
    .selectAll()
    .where('booking_id', '=', booking_id)
    .forUpdate()
    .executeTakeFirst()
}

/**
 * Stores what is new, at most one notification a booking, in one statement: unknown bookings are inserted,
 * active ones that are now cancelled are marked so. Returns the id of each booking's notification and how the
 * booking stood before. Rows go in by order of booking, so that two batches cannot wait for each other.
 */
export async function insertOrCancel(
  db: Db,
  notifications: NewNotification[],
): Promise<{ id: number; booking_id: number; standing: Standing }[]> {
  // A plain repeat is left out beforehand: it would use up an id and lock a row for nothing.
  const { rows: changed } = await sql<{ id: number; booking_id: number; standing: Standing }>`
    insert into notifications (${COLUMNS})
    select ${COLUMNS} from json_populate_recordset(null::notifications, ${JSON.stringify(notifications)}) given
    where not exists (
      select from notifications known where known.booking_id = given.booking_id
      and (known.status = 'cancelled' or given.status <> 'cancelled')
    )
    order by booking_id
    on conflict (booking_id) do update set status = 'cancelled'
    where excluded.status = 'cancelled' and notifications.status <> 'cancelled'
    -- Only a row that this statement inserted has no xmax.
    returning id, booking_id, case when xmax = 0 then 'unknown' else 'active' end as standing`.execute(db)
  const found = new Set(changed.map(({ booking_id }) => booking_id))
  const others = notifications.map(({ booking_id }) => booking_id).filter((id) => !found.has(id))
  if (others.length === 0) return changed
  const settled = await db
    .selectFrom('notifications')
    .select(['id', 'booking_id'])
    .where('booking_id', '=', sql<number>`any(${others}::integer[])`)
    .execute()
  return [...changed, ...settled.map((row) => ({ ...row, standing: 'settled' as const }))]
}

export async function updateCrmStatus(trx: Db, booking_id: number, crm_status: CrmStatus): Promise<void> {
  await trx.updateTable('notifications').set({ crm_status }).where('booking_id', '=', booking_id).execute()
}

export function countReceived(db: Db) {
  return db
    .selectFrom('notifications')
    .select(({ fn }) => [
      fn.countAll<number>().as('notifications_received'),
      fn.count<number>('facilitator_id').distinct().as('unique_facilitators'),
      fn.count<number>('event_id').distinct().as('unique_events'),
    ])
    .executeTakeFirstOrThrow()
}

export async function count(db: Db): Promise<number> {
  const { total } = await db
    .selectFrom('notifications')
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

function toNotification(row: NotificationRow): Notification {
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

/** What is kept of a notification; text that was left out is null. */
export function toRow(
  notification: BookingNotification,
  received_at: Date,
): Omit<NotificationRow, 'id' | 'crm_status'> {
  const { booking_id, user, event, facilitator_id, booking_date = null, notes = null } = notification
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
    facilitator_id,
    booking_date,
    notes,
    received_at,
    status: statusOf(notification),
  }
}

const COLUMNS = sql.raw(`
  booking_id, user_id, user_email, user_name, user_phone, event_id, event_title, event_type,
  event_start_datetime, event_location, facilitator_id, booking_date, notes, received_at, status`)

function matching(db: Db, filter: NotificationFilter) {
  const { facilitator_id, event_id, user_id, status, event_type, crm_status } = filter
  let query: SelectQueryBuilder<Database, 'notifications', object> = db.selectFrom('notifications')
  if (facilitator_id) query = query.where('facilitator_id', '=', facilitator_id)
  if (event_id) query = query.where('event_id', '=', event_id)
  if (user_id) query = query.where('user_id', '=', user_id)
  if (status) query = query.where(sql`lower(status)`, '=', sql`lower(${status})`)
  if (event_type) query = query.where(sql`lower(event_type)`, '=', sql`lower(${event_type})`)
  if (crm_status) query = query.where('crm_status', '=', crm_status)
  return query
}
