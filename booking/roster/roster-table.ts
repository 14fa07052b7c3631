import type { BookingConfig } from '#booking/config.ts'
import type { Db } from '#booking/database/database.ts'
import type { Event } from '#booking/events/event.schema.ts'
import type { Column, Table } from '#shared/lib/table.ts'
import { toLocalText } from '#shared/lib/wall-time.ts'
import { parseWireTime } from '#shared/lib/wire-time.ts'
import type { RosterEntry } from './roster.schema.ts'
import * as rosterStore from './roster.store.ts'

type RosterTableDeps = { db: Db; config: Pick<BookingConfig, 'currency'> }

/** All matching bookings of the event by name, read at once: an event has at most 10,000 seats. */
export function rosterTable(
  { db, config }: RosterTableDeps,
  event: Event,
  filter: rosterStore.RosterFilter,
): Table<RosterEntry> {
  return { title: 'Bookings', columns: columnsOf(event, config.currency), batches: readAll(db, filter) }
}

async function* readAll(db: Db, filter: rosterStore.RosterFilter): AsyncGenerator<RosterEntry[]> {
  const { bookings } = await rosterStore.list(db, filter)
  for (let start = 0; start < bookings.length; start += BATCH) yield bookings.slice(start, start + BATCH)
}

/** Rows of one chunk; serialising more would block the event loop. */
const BATCH = 500

/** In CSV all times but the local one are UTC, as in JSON; the workbook, for people, has the clock of the event. New columns come last. */
function columnsOf({ start_datetime, timezone }: Event, currency: string): Column<RosterEntry>[] {
  const local = (time: string | null) => {
    const at = time === null ? undefined : parseWireTime(time)
    return at && toLocalText(at, timezone)
  }
  const start = local(start_datetime)
  return [
    { name: 'booking_id', cell: ({ id }) => id },
    { name: 'last_name', title: 'Last name', cell: ({ user }) => user.last_name },
    { name: 'first_name', title: 'First name', cell: ({ user }) => user.first_name },
    { name: 'email', title: 'E-mail', cell: ({ user }) => user.email },
    { name: 'phone', title: 'Phone', cell: ({ user }) => user.phone },
    { name: 'status', cell: ({ status }) => status },
    { title: 'Status', cell: ({ status }) => STATUS[status] },
    { name: 'payment_status', cell: ({ payment_status }) => payment_status },
    { title: `Price (${currency})`, cell: ({ price }) => price },
    { title: 'Payment', cell: ({ payment_status }) => PAYMENT[payment_status] },
    { name: 'attendance', cell: ({ attendance }) => attendance },
    { title: 'Attendance', cell: ({ attendance }) => attendance && ATTENDANCE[attendance] },
    { name: 'checked_in_at', cell: ({ checked_in_at }) => checked_in_at },
    { title: 'Checked in', cell: ({ checked_in_at }) => local(checked_in_at) },
    { name: 'booking_date', cell: ({ booking_date }) => booking_date },
    { title: 'Booked', cell: ({ booking_date }) => local(booking_date) },
    { name: 'has_clash', title: 'Has another booking then', cell: ({ has_clash }) => has_clash },
    { name: 'notes', title: 'Note', cell: ({ notes }) => notes },
    { name: 'user_id', cell: ({ user }) => user.id },
    { title: 'Booking number', cell: ({ id }) => id },
    { name: 'event_start_datetime', cell: () => start_datetime },
    { name: 'event_start_local', title: 'Event starts', cell: () => start },
    { name: 'event_timezone', title: 'Time zone', cell: () => timezone },
    { name: 'price', cell: ({ price }) => price },
  ]
}

const STATUS = { PENDING: 'Pending', CONFIRMED: 'Booked', COMPLETED: 'Booked', CANCELLED: 'Cancelled' }
const PAYMENT = { pending: 'Not paid', paid: 'Paid', refunded: 'Refunded' }
const ATTENDANCE = { attended: 'Here', no_show: 'Did not come' }
