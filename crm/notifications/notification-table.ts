import type { Db } from '#crm/database/database.ts'
import type { NotificationRow } from '#crm/database/notification.table.ts'
import type { Column, Table } from '#shared/lib/table.ts'
import { readTimeZone, toLocalText } from '#shared/lib/wall-time.ts'
import { parseWireTime, toWireTime } from '#shared/lib/wire-time.ts'
import { listBefore, type NotificationFilter } from './notification-list.store.ts'

/** Rows of one chunk; serialising more would block the event loop. */
const BATCH = 500

/** All notifications that match, newest first, read in batches and without a transaction that a slow reader would keep open. */
export function notificationTable(db: Db, filter: NotificationFilter): Table<NotificationRow> {
  return { title: 'Bookings', columns: COLUMNS, batches: readAll(db, filter) }
}

async function* readAll(db: Db, filter: NotificationFilter): AsyncGenerator<NotificationRow[]> {
  let lastId: number | undefined
  for (;;) {
    const rows = await listBefore(db, filter, lastId, BATCH)
    yield rows
    if (rows.length < BATCH) return
    lastId = rows.at(-1)?.id
  }
}

/** In CSV all times but the local one are UTC, as in JSON; the workbook, for people, has the clock of the event. New columns come last. */
const COLUMNS: Column<NotificationRow>[] = [
  { name: 'id', cell: ({ id }) => id },
  { name: 'booking_id', title: 'Booking number', cell: ({ booking_id }) => booking_id },
  { name: 'user_id', cell: ({ user_id }) => user_id },
  { name: 'user_name', title: 'Name', cell: ({ user_name }) => user_name },
  { name: 'user_email', title: 'E-mail', cell: ({ user_email }) => user_email },
  { name: 'user_phone', title: 'Phone', cell: ({ user_phone }) => user_phone },
  { name: 'event_id', cell: ({ event_id }) => event_id },
  { name: 'event_title', title: 'Event', cell: ({ event_title }) => event_title },
  { name: 'event_type', title: 'Kind', cell: ({ event_type }) => event_type },
  { name: 'event_start_datetime', cell: ({ event_start_datetime }) => event_start_datetime },
  { title: 'Event starts', cell: (row) => localOf(row, row.event_start_datetime) },
  { title: 'Time zone', cell: zoneOf },
  { name: 'event_location', title: 'Place', cell: ({ event_location }) => event_location },
  { name: 'facilitator_id', title: 'Facilitator number', cell: ({ facilitator_id }) => facilitator_id },
  { name: 'booking_date', cell: ({ booking_date }) => booking_date },
  { title: 'Booked', cell: (row) => localOf(row, row.booking_date) },
  { name: 'notes', title: 'Note', cell: ({ notes }) => notes },
  { name: 'received_at', cell: ({ received_at }) => toWireTime(received_at) },
  { name: 'status', cell: ({ status }) => status },
  { title: 'Status', cell: ({ status }) => (status === 'received' ? 'Booked' : toTitle(status)) },
  { name: 'cancelled_at', cell: ({ cancelled_at }) => cancelled_at && toWireTime(cancelled_at) },
  {
    title: 'Cancelled',
    cell: (row) => row.cancelled_at && toLocalText(row.cancelled_at, zoneOf(row)),
  },
  { name: 'crm_status', cell: ({ crm_status }) => crm_status },
  { title: 'Contact', cell: ({ crm_status }) => toTitle(crm_status) },
  {
    name: 'event_start_local',
    cell: (row) => (row.event_timezone ? localOf(row, row.event_start_datetime) : null),
  },
  { name: 'event_timezone', cell: ({ event_timezone }) => event_timezone },
]

/** UTC where the notification named none, or none that is known here. */
function zoneOf({ event_timezone }: NotificationRow): string {
  return (event_timezone && readTimeZone(event_timezone)) || 'UTC'
}

/** The time by the clocks of the event; text that is no time as it was sent. */
function localOf(row: NotificationRow, text: string | null): string | null {
  const at = text === null ? undefined : parseWireTime(text)
  return at ? toLocalText(at, zoneOf(row)) : text
}

const toTitle = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`
