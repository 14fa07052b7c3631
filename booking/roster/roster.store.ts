import { type RawBuilder, sql } from 'kysely'
import { costOf } from '#booking/bookings/cost.rules.ts'
import type { BookingRow, BookingStatus } from '#booking/database/booking.table.ts'
import type { Db } from '#booking/database/database.ts'
import { SORT_NAME } from '#booking/database/full-name.sql.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { RosterEntry } from './roster.schema.ts'

export type RosterFilter = { event_id: number; status?: BookingStatus | undefined }

/** Returns one page by name, and the total. Without a slice: all bookings. */
export async function list(
  db: Db,
  { event_id, status }: RosterFilter,
  slice?: Slice,
): Promise<{ bookings: RosterEntry[]; total: number }> {
  let query = attendees(db).where('bookings.event_id', '=', event_id)
  if (status) query = query.where('bookings.status', '=', status)
  let page = query.orderBy(SORT_NAME).orderBy('first_name').orderBy('bookings.id')
  if (slice) page = page.limit(slice.limit).offset(slice.offset)
  const count = query.clearSelect().select(({ fn }) => fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { bookings: rows.map(toRosterEntry), total }
}

export async function get(db: Db, id: number): Promise<RosterEntry> {
  return toRosterEntry(await attendees(db).where('bookings.id', '=', id).executeTakeFirstOrThrow())
}

/** Locks the booking's row until the transaction ends. */
export function lock(trx: Db, id: number) {
  return trx
    .selectFrom('bookings')
    .select(['event_id', 'status', 'attendance', 'payment_status'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
}

export function find(db: Db, id: number) {
  return db
    .selectFrom('bookings')
    .innerJoin('events', 'events.id', 'bookings.event_id')
    .select(['bookings.user_id', 'bookings.event_id', 'events.facilitator_id', 'events.start_datetime'])
    .where('bookings.id', '=', id)
    .executeTakeFirst()
}

type Marks = Partial<Pick<BookingRow, 'attendance' | 'checked_in_at' | 'payment_status'>> & {
  booked_price?: RawBuilder<number>
}

/** What a booking costs that is not paid, as `costOf` says. */
export const COST_OF_UNPAID = sql<number>`least(booked_price, (select price from events where id = event_id))`

export async function mark(trx: Db, id: number, marks: Marks, now: Date): Promise<void> {
  await trx
    .updateTable('bookings')
    .set({ ...marks, updated_at: now })
    .where('id', '=', id)
    .execute()
}

function attendees(db: Db) {
  return db
    .selectFrom('bookings')
    .innerJoin('users', 'users.id', 'bookings.user_id')
    .innerJoin('events', 'events.id', 'bookings.event_id')
    .select([
      'events.price',
      'bookings.booked_price',
      'bookings.id',
      'bookings.user_id',
      'bookings.status',
      'bookings.notes',
      'bookings.payment_status',
      'bookings.attendance',
      'bookings.checked_in_at',
      'bookings.booking_date',
      'bookings.has_clash',
      'users.email',
      'users.first_name',
      'users.last_name',
      'users.phone',
    ])
}

type Attendee = Awaited<ReturnType<ReturnType<typeof attendees>['executeTakeFirstOrThrow']>>

function toRosterEntry({ user_id, email, first_name, last_name, phone, ...booking }: Attendee): RosterEntry {
  const { checked_in_at, booking_date, booked_price, price, ...rest } = booking
  return {
    ...rest,
    price: costOf({ price, booked_price, payment_status: rest.payment_status }),
    user: { id: user_id, email, first_name, last_name, phone },
    checked_in_at: checked_in_at && toWireTime(checked_in_at),
    booking_date: toWireTime(booking_date),
  }
}
