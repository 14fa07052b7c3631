import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Origin } from '#booking/auth/auth.service.ts'
import * as departure from '#booking/bookings/departure.service.ts'
import type { Db } from '#booking/database.ts'
import type { Deps } from '#booking/deps.ts'
import type { Facilitator } from '#booking/facilitators/facilitator.schema.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import * as adminStore from '#booking/users/admin.store.ts'
import { ownChange } from '#booking/users/own-change.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { conflict, invalidFields } from '#shared/errors/app-error.ts'
import type { DeleteAccount } from './account.schema.ts'
import { firstAttemptAt } from './crm-erasure.service.ts'
import * as crmErasureStore from './crm-erasure.store.ts'
import * as deletionStore from './deletion.store.ts'
import { confirmPassword, getCurrent, lockUnchanged } from './owner.service.ts'

const notConfirmed = () => invalidFields([{ field: 'confirm', message: 'must be DELETE' }])
const lastAdmin = () =>
  conflict(
    'last_admin',
    'You are the only admin: make somebody else an admin first, then delete this account.',
  )
const eventsAhead = (count: number) =>
  conflict(
    'events_ahead',
    `You still lead ${count} ${count === 1 ? 'event' : 'events'}: cancel them or wait until they are over, then delete this account.`,
  )

/**
 * Cancels what the person has ahead of them and forgets who they were, in one transaction. What the books need
 * (bookings, payments, the log) stays under the bare id; the CRM is told until it has forgotten them too.
 */
export async function deleteAccount(
  deps: Deps,
  origin: Origin,
  caller: UserRow,
  { password, confirm }: DeleteAccount,
): Promise<{ cancelled_bookings: number }> {
  const user = await getCurrent(deps, caller)
  if (user.password_hash !== null) await confirmPassword(deps, origin, user, { field: 'password', password })
  else if (confirm !== 'DELETE') throw notConfirmed()
  const left = await retryingTransaction(deps.db, (trx) => leave(trx, deps, user))
  deps.sessions.forget(user.id)
  // Events carry the name of who leads them.
  deps.eventCache.forget()
  departure.announce(deps, left)
  return { cancelled_bookings: left.cancelled }
}

async function leave(trx: Db, deps: Deps, user: UserRow): Promise<departure.Departure> {
  const now = deps.clock.now()
  const { id } = user
  const left = await departure.giveUpAll(trx, { user_id: id, actor_id: id, reason: 'account_deleted' }, now)
  await lockUnchanged(trx, user)
  if (user.is_admin && (await adminStore.lockAdmins(trx)).every((admin) => admin === id)) throw lastAdmin()
  const facilitator = await facilitatorStore.findByUser(trx, id)
  if (facilitator) await retire(trx, facilitator, now)
  await deletionStore.anonymise(trx, user)
  await crmErasureStore.insert(trx, id, now, firstAttemptAt(now))
  await auditLog.record(trx, ownChange(deps, id, 'user.deleted', { cancelled_bookings: left.cancelled }))
  return left
}

async function retire(trx: Db, { id }: Facilitator, now: Date): Promise<void> {
  const ahead = await deletionStore.countEventsAhead(trx, id, now)
  if (ahead > 0) throw eventsAhead(ahead)
  await facilitatorStore.update(trx, id, {
    first_name: 'Former',
    last_name: 'facilitator',
    bio: null,
    specialization: null,
    experience_years: null,
    is_active: false,
  })
}
