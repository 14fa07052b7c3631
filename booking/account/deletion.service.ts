import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import * as crmErasureStore from '#booking/crm-link/erasures/crm-erasure.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import type { Facilitator } from '#booking/facilitators/facilitator.schema.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import type { Origin } from '#booking/identity/login/auth.service.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { ownChange } from '#booking/identity/users/own-change.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { conflict, invalidFields } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { DeleteAccount } from './account.schema.ts'
import { announce, type CancelAllDeps, type CancelledAll, cancelAll } from './cancel-all.service.ts'
import { firstAttemptAt } from './crm-erasure.service.ts'
import * as deletionStore from './deletion.store.ts'
import { confirmPassword, getCurrent, lockUnchanged, type OwnerDeps } from './owner.service.ts'

export type DeletionDeps = CancelAllDeps &
  OwnerDeps & { clock: Clock; db: Db; identity: { sessions: Sessions }; caches: { events: EventCache } }

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
 * Cancels the person's upcoming bookings and anonymises the account, in one transaction; bookings, payments and the audit
 * log stay under the bare id. The erasure in the CRM follows (decision 0017). Returns the number of cancelled bookings.
 * Throws 400 and 403 without a valid confirmation, and 409 for the last admin and for facilitators with upcoming events.
 */
export async function deleteAccount(
  deps: DeletionDeps,
  origin: Origin,
  caller: UserRow,
  { password, confirm }: DeleteAccount,
): Promise<{ cancelled_bookings: number }> {
  const user = await getCurrent(deps, caller)
  if (user.password_hash !== null) await confirmPassword(deps, origin, user, { field: 'password', password })
  else if (confirm !== 'DELETE') throw notConfirmed()
  const all = await retryingTransaction(deps.db, (trx) => cancelAndAnonymise(trx, deps, user))
  deps.identity.sessions.forget(user.id)
  // Cached events contain the name of their facilitator.
  deps.caches.events.forget()
  announce(deps, all)
  return { cancelled_bookings: all.cancelled }
}

async function cancelAndAnonymise(trx: Db, deps: DeletionDeps, user: UserRow): Promise<CancelledAll> {
  const now = deps.clock.now()
  const { id } = user
  const all = await cancelAll(trx, { user_id: id, actor_id: id, reason: 'account_deleted' }, now)
  await lockUnchanged(trx, user)
  if (user.is_admin && (await userStore.lockAdmins(trx)).every((admin) => admin === id)) throw lastAdmin()
  const facilitator = await facilitatorStore.findByUser(trx, id)
  if (facilitator) await retire(trx, facilitator, now)
  await deletionStore.anonymise(trx, user)
  await crmErasureStore.insert(trx, id, now, firstAttemptAt(now))
  await auditLog.record(trx, ownChange(deps, id, 'user.deleted', { cancelled_bookings: all.cancelled }))
  return all
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
