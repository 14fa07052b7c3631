import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { PaymentStatus } from '#booking/database/booking.table.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { isOrganiser, requireOrganiser } from '#booking/facilitators/organiser.service.ts'
import { badRequest, conflict, notFound } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { MarkAttendance, RosterEntry } from './roster.schema.ts'
import * as rosterStore from './roster.store.ts'

export type DeskDeps = { clock: Clock; db: Db }

const bookingCancelled = () =>
  conflict('booking_cancelled', 'This booking is cancelled: it can no longer be checked in or paid.')
const tooEarly = (from: Date) =>
  badRequest('too_early_to_check_in', `Attendees can be checked in from ${toWireTime(from)} UTC on.`)
const notBegun = () =>
  badRequest('event_not_started', 'This event has not begun: nobody can have missed it yet.')
const notPaid = () => conflict('not_paid', 'Only what has been paid can be refunded: mark it as paid first.')

/** How long before the start check-in opens. */
const CHECK_IN_HOURS = 24

/**
 * Marks a booking as attended or no-show; null clears the mark. Idempotent. Throws 409 for a cancelled booking and 400
 * before the times of decision 0014.
 */
export function markAttendance(
  deps: DeskDeps,
  caller: UserRow,
  id: number,
  { attendance }: MarkAttendance,
): Promise<RosterEntry> {
  return mark(deps, caller, id, async (trx, booking, now) => {
    if (booking.status === 'CANCELLED') throw bookingCancelled()
    const opensAt = new Date(booking.start_datetime.getTime() - CHECK_IN_HOURS * 3_600_000)
    if (attendance === 'attended' && now < opensAt) throw tooEarly(opensAt)
    if (attendance === 'no_show' && now < booking.start_datetime) throw notBegun()
    if (attendance === booking.attendance) return undefined
    const checked_in_at = attendance === 'attended' ? now : null
    await rosterStore.mark(trx, id, { attendance, checked_in_at }, now)
    return { action: 'booking.attendance_marked', from: booking.attendance, to: attendance }
  })
}

/** Sets the payment status. What is paid is what the booking costs in that moment (decision 0061). Throws 409 for a refund of an unpaid booking, and for anything but a refund of a cancelled one. */
export function markPayment(
  deps: DeskDeps,
  caller: UserRow,
  id: number,
  { payment_status }: { payment_status: PaymentStatus },
): Promise<RosterEntry> {
  return mark(deps, caller, id, async (trx, booking, now) => {
    if (payment_status === booking.payment_status) return undefined
    if (payment_status === 'refunded' && booking.payment_status !== 'paid') throw notPaid()
    if (payment_status !== 'refunded' && booking.status === 'CANCELLED') throw bookingCancelled()
    const isFirstPaid = booking.payment_status === 'pending'
    const paid = isFirstPaid && { booked_price: rosterStore.COST_OF_UNPAID }
    await rosterStore.mark(trx, id, { payment_status, ...paid }, now)
    return { action: 'booking.payment_marked', from: booking.payment_status, to: payment_status }
  })
}

type Booking = Awaited<ReturnType<typeof rosterStore.lock>> & { start_datetime: Date }
/** Undefined: nothing changed. */
type Change = { action: string; from: string | null; to: string | null } | undefined

async function mark(
  { db, clock }: DeskDeps,
  caller: UserRow,
  id: number,
  change: (trx: Db, booking: Booking, now: Date) => Promise<Change>,
): Promise<RosterEntry> {
  const now = clock.now()
  const { event_id, start_datetime } = await getOrganised(db, caller, id)
  return db.transaction().execute(async (trx) => {
    const changed = await change(trx, { ...(await rosterStore.lock(trx, id)), start_datetime }, now)
    if (changed) {
      const { action, from, to } = changed
      const details = { event_id, from, to }
      await auditLog.record(trx, {
        at: now,
        actor_id: caller.id,
        action,
        subject: 'booking',
        subject_id: id,
        details,
      })
    }
    return rosterStore.get(trx, id)
  })
}

/** Throws 403 for the attendee, who knows the booking, and 404 for everybody else but the organiser and admins. */
async function getOrganised(db: Db, caller: UserRow, id: number) {
  const booking = await rosterStore.find(db, id)
  if (!booking) throw notFound('booking')
  if (booking.user_id === caller.id) await requireOrganiser(db, caller, booking.facilitator_id)
  else if (!(await isOrganiser(db, caller, booking.facilitator_id))) throw notFound('booking')
  return booking
}
