import { sql } from 'kysely'
import type { CrmStatusChangeRow, NewCrmStatusChange } from '#crm/database/crm-status-change.table.ts'
import type { Db } from '#crm/database/database.ts'
import type { CrmStatusChange } from '#shared/contracts/crm-status-change.schema.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

/** The trigger `tell_status_changed` adds it to the feed. */
export async function insert(trx: Db, change: NewCrmStatusChange): Promise<void> {
  await trx.insertInto('crm_status_changes').values(change).execute()
}

/** One page of a booking's changes, newest first, and the number of all. */
export async function list(
  db: Db,
  booking_id: number,
  slice: Slice,
): Promise<{ changes: CrmStatusChange[]; total: number }> {
  const own = db.selectFrom('crm_status_changes').where('booking_id', '=', booking_id)
  const page = own.selectAll().orderBy('id', 'desc').limit(slice.limit).offset(slice.offset)
  const count = own.select((select) => select.fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { changes: rows.map(toCrmStatusChange), total }
}

/** All changes of several bookings, oldest first. */
export function listAbout(db: Db, bookingIds: number[]): Promise<CrmStatusChangeRow[]> {
  return db
    .selectFrom('crm_status_changes')
    .selectAll()
    .where('booking_id', '=', sql<number>`any(${bookingIds}::integer[])`)
    .orderBy('id')
    .execute()
}

export async function listByIds(db: Db, ids: number[]): Promise<CrmStatusChange[]> {
  const rows = await db
    .selectFrom('crm_status_changes')
    .selectAll()
    .where('id', '=', sql<number>`any(${ids}::bigint[])`)
    .execute()
  return rows.map(toCrmStatusChange)
}

function toCrmStatusChange(row: CrmStatusChangeRow): CrmStatusChange {
  const { id, old_status, new_status, notes, author, changed_at } = row
  return { id, old_status, new_status, notes, author, changed_at: toWireTime(changed_at) }
}
