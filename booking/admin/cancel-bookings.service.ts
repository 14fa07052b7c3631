import type { CancelAllDeps } from '#booking/account/cancel-all.service.ts'
import * as departure from '#booking/account/cancel-all.service.ts'
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

export type Removed = { cancelled_bookings: number; left_lines: number }

/** Cancels what somebody has ahead: for an admin all of it, for a facilitator what is at events that they lead. */
export async function cancelBookingsFor(
  deps: CancelBookingsDeps,
  caller: UserRow,
  user_id: number,
  input: CancelBookings,
): Promise<Removed> {
  const own = caller.is_admin ? undefined : await getOwnFacilitator(deps.db, caller)
  return cancelBookings(deps, {
    actor_id: caller.id,
    user_id,
    facilitator_id: own?.id,
    reason: input?.reason,
  })
}

type Removal = {
  actor_id: ActorId
  user_id: number
  facilitator_id?: number | undefined
  reason?: string | null | undefined
}

/** Seats go to those who wait, and the CRM is told. The account stays as it is. */
export async function cancelBookings(
  deps: CancelBookingsDeps,
  { actor_id, user_id, facilitator_id, reason }: Removal,
): Promise<Removed> {
  if (!(await userStore.findById(deps.db, user_id))) throw notFound('user')
  const now = deps.clock.now()
  const leaving = { user_id, actor_id, facilitator_id, told: reason?.trim() || null }
  const left = await retryingTransaction(deps.db, async (trx) => {
    const left = await departure.giveUpAll(trx, { ...leaving, reason: 'cancelled_for_attendee' }, now)
    const { cancelled: cancelled_bookings, leftLines: left_lines } = left
    await auditLog.record(trx, {
      at: now,
      actor_id,
      action: 'user.bookings_cancelled',
      subject: 'user',
      subject_id: user_id,
      details: { cancelled_bookings, left_lines, ...(facilitator_id && { facilitator_id }) },
    })
    return left
  })
  departure.announce(deps, left)
  await offerAgain(deps, user_id)
  return { cancelled_bookings: left.cancelled, left_lines: left.leftLines }
}
