import { announce, type CancelAllDeps, cancelAll } from '#booking/account/cancel-all.service.ts'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import { offerAgain, type PromotionDeps } from '#booking/bookings/promotion.service.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { getOwnFacilitator } from '#booking/facilitators/organiser.service.ts'
import type { ActorId } from '#booking/identity/login/account.service.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { notFound } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { CancelBookings } from './admin.schema.ts'

export type CancelBookingsDeps = CancelAllDeps & PromotionDeps & { clock: Clock; db: Db }

export type BookingsCancelled = { cancelled_bookings: number; left_lines: number }

/** `cancelBookings` for an admin, or for a facilitator at their own events. Throws 403 for everybody else. */
export async function cancelBookingsFor(
  deps: CancelBookingsDeps,
  caller: UserRow,
  user_id: number,
  input: CancelBookings,
): Promise<BookingsCancelled> {
  const own = caller.is_admin ? undefined : await getOwnFacilitator(deps.db, caller)
  return cancelBookings(deps, {
    actor_id: caller.id,
    user_id,
    facilitator_id: own?.id,
    reason: input?.reason,
  })
}

type Cancellation = {
  actor_id: ActorId
  user_id: number
  facilitator_id?: number | undefined
  reason?: string | null | undefined
}

/** Cancels a user's upcoming bookings and waiting list entries, with promotions and CRM messages. Throws 404 for no such user. */
export async function cancelBookings(
  deps: CancelBookingsDeps,
  { actor_id, user_id, facilitator_id, reason }: Cancellation,
): Promise<BookingsCancelled> {
  if (!(await userStore.findById(deps.db, user_id))) throw notFound('user')
  const now = deps.clock.now()
  const cancellation = { user_id, actor_id, facilitator_id, removal_reason: reason?.trim() || null }
  const all = await retryingTransaction(deps.db, async (trx) => {
    const all = await cancelAll(trx, { ...cancellation, reason: 'cancelled_for_attendee' }, now)
    const { cancelled: cancelled_bookings, leftWaitlists: left_lines } = all
    await auditLog.record(trx, {
      at: now,
      actor_id,
      action: 'user.bookings_cancelled',
      subject: 'user',
      subject_id: user_id,
      details: { cancelled_bookings, left_lines, ...(facilitator_id && { facilitator_id }) },
    })
    return all
  })
  announce(deps, all)
  await offerAgain(deps, user_id)
  return { cancelled_bookings: all.cancelled, left_lines: all.leftWaitlists }
}
