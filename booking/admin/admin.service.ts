import { announce, type CancelAllDeps, cancelAll } from '#booking/account/cancel-all.service.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import { type ActorId, hashFirst } from '#booking/identity/login/account.service.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { conflict, forbidden, invalidFields, notFound } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import {
  type AccountStatusDeps,
  close,
  type Done,
  demote,
  promote,
  reopen,
} from './account-status.service.ts'
import type { UpdateUser } from './admin.schema.ts'

export type AdminDeps = CancelAllDeps &
  AccountStatusDeps & {
    clock: Clock
    db: Db
    identity: { sessions: Sessions }
    caches: { events: EventCache }
  }

const closedAdmin = () =>
  invalidFields([{ field: 'is_admin', message: 'must be left out or false where the account is closed' }])
const ownAccount = () =>
  conflict(
    'own_account',
    'This is your own account: ask another admin, so that somebody remains who can undo it.',
  )
const lastAdmin = () => conflict('last_admin', 'This is the only admin: make somebody else an admin first.')
const noLongerAdmin = () => forbidden('admins_only', 'You are no longer an admin: ask one of them.')

/** `unused`: input for a takeover that did not take place, so that the account kept its own values. */
export type Update = { done: Done[]; cancelled_bookings: number; unused: ('password' | 'name')[] }

/**
 * Closes or reopens an account, makes or demotes an admin; idempotent. Throws 404 for an unknown account, 403 for an actor
 * who is no longer an admin, and 409 for the own account and the last admin (decision 0046).
 */
export async function update(
  deps: AdminDeps,
  actor_id: ActorId,
  id: number,
  input: UpdateUser,
): Promise<Update> {
  const { is_active, is_admin } = input
  if (is_active === false && is_admin === true) throw closedAdmin()
  if (actor_id === id && (is_active === false || is_admin === false)) throw ownAccount()
  const password_hash = await hashWhereTakenOver(deps, id, input)
  const now = deps.clock.now()
  const changed = await retryingTransaction(deps.db, async (trx) => {
    const closing = { user_id: id, actor_id, reason: 'account_closed' as const }
    // First, because events are locked before users.
    const all = is_active === false ? await cancelAll(trx, closing, now) : undefined
    const user = await lockForUpdate(trx, actor_id, id, input)
    const change = { trx, deps, actor_id, user }
    const done: Done[] = []
    if (all) done.push(...(await close(change, all, input.leave_events)))
    if (is_active && !user.is_active) done.push(await reopen(change))
    if (is_admin === false && is_active !== false && user.is_admin) done.push(await demote(change))
    if (is_admin && !user.is_admin) done.push(...(await promote(change, { ...input, password_hash })))
    return { done, all }
  })
  deps.identity.sessions.forget(id)
  if (changed.all) {
    announce(deps, changed.all)
    // Cached events contain their facilitator.
    deps.caches.events.forget()
  }
  const unused = changed.done.includes('taken_over') ? [] : ofTakingOver(input)
  return { done: changed.done, cancelled_bookings: changed.all?.cancelled ?? 0, unused }
}

function ofTakingOver({ password, first_name, last_name }: UpdateUser): Update['unused'] {
  const hasName = first_name !== undefined || last_name !== undefined
  return [...(password === undefined ? [] : ['password' as const]), ...(hasName ? ['name' as const] : [])]
}

/** Hashing is slow, so it is done before the transaction locks anything. */
async function hashWhereTakenOver(
  { db }: AdminDeps,
  id: number,
  { is_admin, existing, password }: UpdateUser,
): Promise<string | null> {
  if (!is_admin || !existing) return null
  const user = await userStore.findById(db, id)
  return user && !user.email_proven && !user.is_admin ? hashFirst({ password }) : null
}

/** Locks the account and all admins, so that two admins who demote each other cannot both succeed. */
async function lockForUpdate(
  trx: Db,
  actor_id: ActorId,
  id: number,
  { is_active, is_admin }: UpdateUser,
): Promise<UserRow> {
  const admins = await userStore.lockAdmins(trx)
  if (actor_id !== null && !admins.includes(actor_id)) throw noLongerAdmin()
  const user = await userStore.lock(trx, id)
  if (!user) throw notFound('user')
  const ceases = is_active === false || is_admin === false
  if (ceases && admins.every((admin) => admin === id) && admins.length > 0) throw lastAdmin()
  return user
}
