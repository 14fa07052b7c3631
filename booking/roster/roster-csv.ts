import type { Db } from '#booking/database/database.ts'
import { csvRecord } from '#shared/lib/csv.ts'
import type { RosterEntry } from './roster.schema.ts'
import * as rosterStore from './roster.store.ts'

/** Yields the CSV of all matching bookings by name, read at once: an event has at most 10,000 seats. */
export async function* rosterAsCsv(db: Db, filter: rosterStore.RosterFilter): AsyncGenerator<string> {
  const { bookings } = await rosterStore.list(db, filter)
  yield csvRecord([...COLUMNS])
  for (const booking of bookings) yield toRecord(booking)
}

function toRecord({ id: booking_id, user, ...booking }: RosterEntry): string {
  const { id: user_id, ...person } = user
  const cells = { booking_id, user_id, ...person, ...booking }
  return csvRecord(COLUMNS.map((column) => cells[column]))
}

const COLUMNS = [
  'booking_id',
  'last_name',
  'first_name',
  'email',
  'phone',
  'status',
  'payment_status',
  'attendance',
  'checked_in_at',
  'booking_date',
  'has_clash',
  'notes',
  'user_id',
] as const
