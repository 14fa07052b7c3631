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
import type { CancelAllDeps } from './cancel-all.service.ts'
import * as departure from './cancel-all.service.ts'
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
 * Cancels what the person has ahead of them and forgets who they were, in one transaction. What the books need
 * (bookings, payments, the log) stays under the bare id; the CRM is told until it has forgotten them too.
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
  const left = await retryingTransaction(deps.db, (trx) => leave(trx, deps, user))
  deps.identity.sessions.forget(user.id)
  // Events carry the name of who leads them.
  deps.caches.events.forget()
  departure.announce(deps, left)
  return { cancelled_bookings: left.cancelled }
}

async function leave(trx: Db, deps: DeletionDeps, user: UserRow): Promise<departure.Departure> {
  const now = deps.clock.now()
  const { id } = user
  const left = await departure.giveUpAll(trx, { user_id: id, actor_id: id, reason: 'account_deleted' }, now)
  await lockUnchanged(trx, user)
  if (user.is_admin && (await userStore.lockAdmins(trx)).every((admin) => admin === id)) throw lastAdmin()
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
