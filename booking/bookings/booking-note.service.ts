import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { badRequest, notFound } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Booking, EditBooking } from './booking.schema.ts'
import * as bookingStore from './booking.store.ts'

type BookingNoteDeps = { clock: Clock; db: Db }

const isCancelled = () =>
  badRequest('already_cancelled', 'This booking is cancelled: its note can no longer be changed.')
const isOver = () => badRequest('event_completed', 'This event is over: your note can no longer be changed.')

/**
 * Changes what the caller wrote to the facilitator. Throws 404 for a booking of somebody else, too, and 400 when it is cancelled
 * or its event is over. The CRM keeps the note of the booking: a repeated notification changes nothing there (contract).
 */
export async function editNote(
  { db, clock }: BookingNoteDeps,
  caller: UserRow,
  id: number,
  input: EditBooking,
): Promise<Booking> {
  const now = clock.now()
  const notes = input.notes?.trim() || null
  return db.transaction().execute(async (trx) => {
    const known = await bookingStore.lockOwn(trx, caller.id, id)
    if (!known) throw notFound('booking')
    if (known.status === 'CANCELLED') throw isCancelled()
    if (known.end_datetime <= now) throw isOver()
    if (known.notes !== notes) {
      await bookingStore.setNotes(trx, id, notes, now)
      await auditLog.record(trx, {
        ...{
          at: now,
          actor_id: caller.id,
          action: 'booking.note_changed',
          subject: 'booking',
          subject_id: id,
        },
        details: { event_id: known.event_id },
      })
    }
    const booking = await bookingStore.findOwn(trx, { user_id: caller.id, id, now })
    if (!booking) throw notFound('booking')
    return booking
  })
}
