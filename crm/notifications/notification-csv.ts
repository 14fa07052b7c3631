import type { Db } from '#crm/database/database.ts'
import type { NotificationRow } from '#crm/database/notification.table.ts'
import { csvRecord } from '#shared/lib/csv.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { listBefore, type NotificationFilter } from './notification-list.store.ts'

/** Rows of one chunk; serialising more would block the event loop. */
const BATCH = 500

/** All notifications that match, newest first, read in batches and without a transaction that a slow reader would keep open. */
export async function* notificationsAsCsv(db: Db, filter: NotificationFilter): AsyncGenerator<string> {
  yield csvRecord([...COLUMNS])
  let lastId: number | undefined
  for (;;) {
    const rows = await listBefore(db, filter, lastId, BATCH)
    yield rows.map(toRecord).join('')
    if (rows.length < BATCH) return
    lastId = rows.at(-1)?.id
  }
}

function toRecord(row: NotificationRow): string {
  const { received_at, cancelled_at } = row
  const times = {
    received_at: toWireTime(received_at),
    cancelled_at: cancelled_at && toWireTime(cancelled_at),
  }
  const cells = { ...row, ...times }
  return csvRecord(COLUMNS.map((column) => cells[column]))
}

const COLUMNS = [
  'id',
  'booking_id',
  'user_id',
  'user_name',
  'user_email',
  'user_phone',
  'event_id',
  'event_title',
  'event_type',
  'event_start_datetime',
  'event_location',
  'facilitator_id',
  'booking_date',
  'notes',
  'received_at',
  'status',
  'cancelled_at',
  'crm_status',
] as const
