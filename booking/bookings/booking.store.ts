import { sql } from 'kysely'
import type { BookingRow, BookingStatus } from '#booking/database/booking.table.ts'
import type { Db } from '#booking/database/database.ts'
import type { EventType } from '#booking/database/event.table.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { Booking } from './booking.schema.ts'
import { holdsSeat } from './booking.sql.ts'
import { cancellableUntil } from './cancellation.rules.ts'
import { costOf } from './cost.rules.ts'

export type BookingFilter = {
  user_id: number
  status?: BookingStatus | undefined
  event_id?: number | undefined
  /** Only events that are not over at this time, the next one first. */
  endsAfter?: Date | undefined
  /** Only events that are over at this time, the latest first. */
  endedBy?: Date | undefined
}

type JoinedBooking = Omit<
  BookingRow,
  | 'during'
  | 'parent_event_id'
  | 'has_clash'
  | 'updated_at'
  | 'crm_notified_at'
  | 'attendance'
  | 'checked_in_at'
  | 'removal_reason'
> & {
  has_clash?: boolean
  removal_reason?: string | null
  is_cancelled_by_studio?: boolean
  email: string
  first_name: string
  last_name: string
  event_title: string
  event_type: EventType
  event_start: Date
  cancellation_deadline_hours: number
  terms_changed_at: Date | null
  price: number
  promoted_at: Date | null
}

/** Returns one page, newest booking first unless the filter orders by start, and the total. */
export async function list(
  db: Db,
  filter: BookingFilter,
  { slice, now }: { slice: Slice; now: Date },
): Promise<{ bookings: Booking[]; total: number }> {
  const { user_id, status, event_id, endsAfter, endedBy } = filter
  let query = joined(db).where('bookings.user_id', '=', user_id)
  if (status) query = query.where('bookings.status', '=', status)
  if (event_id) query = query.where('bookings.event_id', '=', event_id)
  if (endsAfter) query = query.where('events.end_datetime', '>', endsAfter).orderBy('events.start_datetime')
  if (endedBy)
    query = query.where('events.end_datetime', '<=', endedBy).orderBy('events.start_datetime', 'desc')
  const page = query.orderBy('bookings.id', 'desc').limit(slice.limit).offset(slice.offset)
  const count = query
    .clearSelect()
    .clearOrderBy()
    .select((select) => select.fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { bookings: rows.map((row) => toBooking(row, now)), total }
}

export async function findOwn(
  db: Db,
  { user_id, id, now }: { user_id: number; id: number; now: Date },
): Promise<Booking | undefined> {
  const row = await joined(db)
    .where('bookings.id', '=', id)
    .where('bookings.user_id', '=', user_id)
    .executeTakeFirst()
  return row && toBooking(row, now)
}

/** Locks the user's booking until the transaction ends. */
export function lockOwn(trx: Db, user_id: number, id: number) {
  return trx
    .selectFrom('bookings')
    .innerJoin('events', 'events.id', 'bookings.event_id')
    .select(['bookings.status', 'bookings.notes', 'bookings.event_id', 'events.end_datetime'])
    .where('bookings.id', '=', id)
    .where('bookings.user_id', '=', user_id)
    .forNoKeyUpdate('bookings')
    .executeTakeFirst()
}

export async function setNotes(trx: Db, id: number, notes: string | null, now: Date): Promise<void> {
  await trx.updateTable('bookings').set({ notes, updated_at: now }).where('id', '=', id).execute()
}

export async function isAcknowledgedByCrm(db: Db, id: number): Promise<boolean> {
  const row = await db
    .selectFrom('bookings')
    .select('crm_notified_at')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.crm_notified_at != null
}

export function findOfEvent(db: Db, event_id: number, id: number) {
  return db
    .selectFrom('bookings')
    .select(['user_id', 'status', 'created_at', 'booked_deadline_hours'])
    .where('id', '=', id)
    .where('event_id', '=', event_id)
    .executeTakeFirst()
}

/** Returns undefined when the booking no longer holds a seat. `removal_reason` is shown to the attendee. */
export function cancel(trx: Db, id: number, now: Date, removal_reason: string | null = null) {
  return trx
    .updateTable('bookings')
    .set({
      status: 'CANCELLED',
      has_clash: false,
      attendance: null,
      checked_in_at: null,
      removal_reason,
      updated_at: now,
    })
    .where('id', '=', id)
    .where(holdsSeat())
    .returning(['id', 'status', 'updated_at'])
    .executeTakeFirst()
}

function joined(db: Db) {
  return db
    .selectFrom('bookings')
    .innerJoin('users', 'users.id', 'bookings.user_id')
    .innerJoin('events', 'events.id', 'bookings.event_id')
    .select(({ selectFrom }) => [
      'bookings.id',
      'bookings.user_id',
      'bookings.event_id',
      'bookings.status',
      'bookings.notes',
      'bookings.payment_status',
      'bookings.has_clash',
      'bookings.removal_reason',
      'bookings.booking_date',
      'bookings.booked_deadline_hours',
      'bookings.booked_price',
      'bookings.created_at',
      'users.email',
      'users.first_name',
      'users.last_name',
      'events.title as event_title',
      'events.event_type',
      'events.start_datetime as event_start',
      'events.cancellation_deadline_hours',
      'events.terms_changed_at',
      'events.price',
      // Not joined: the count of a list does without it.
      selectFrom('waitlist_entries')
        .select('ended_at')
        .whereRef('booking_id', '=', 'bookings.id')
        .as('promoted_at'),
      sql<boolean>`bookings.status = 'CANCELLED' and exists (
        select from audit_log entry
        where entry.subject = 'booking' and entry.subject_id = bookings.id and entry.action = 'booking.cancelled'
        and entry.actor_id is distinct from bookings.user_id
      )`.as('is_cancelled_by_studio'),
    ])
}

/** `now` decides whether the booking can still be cancelled. */
export function toBooking(row: JoinedBooking, now: Date): Booking {
  const until = cancellableUntil({ ...row, start_datetime: row.event_start }, now)
  return {
    id: row.id,
    user: { id: row.user_id, email: row.email, first_name: row.first_name, last_name: row.last_name },
    event: {
      id: row.event_id,
      title: row.event_title,
      event_type: row.event_type,
      start_datetime: toWireTime(row.event_start),
    },
    booking_date: toWireTime(row.booking_date),
    status: row.status,
    notes: row.notes,
    payment_status: row.payment_status,
    price: costOf(row),
    created_at: toWireTime(row.created_at),
    cancellable_until: until ? toWireTime(until) : null,
    ...(row.has_clash && { has_clash: true }),
    ...(row.is_cancelled_by_studio && { cancelled_by_studio: true }),
    ...(row.removal_reason && { cancellation_reason: row.removal_reason }),
  }
}
