import type { CancelledAll } from '#booking/account/cancel-all.service.ts'
import { countEventsAhead } from '#booking/account/deletion.store.ts'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { BookingConfig } from '#booking/config.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import {
  type AccountDeps,
  type ActorId,
  type TakingOver,
  takeOver,
} from '#booking/identity/login/account.service.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { isAnonymousEmail } from '#shared/contracts/anonymous-person.ts'
import { conflict } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'

export type AccountStatusDeps = AccountDeps & { config: Pick<BookingConfig, 'production'>; clock: Clock }

const eventsAhead = (count: number) =>
  conflict(
    'events_ahead',
    `This person still leads ${count} ${count === 1 ? 'event' : 'events'}: cancel them first, or close the account with leave_events: then they stay as they are, and admins run them.`,
  )
const deleted = () =>
  conflict('account_deleted', 'This account was deleted and forgotten: its owner has to register again.')
const stillDemo = () =>
  conflict(
    'demo_account',
    'The password of this demo account is published: set another one first (npm run admin -- reset-password).',
  )
const closed = () =>
  conflict('account_inactive', 'This account is closed: open it again first, with is_active true.')

/** A change of an account, whose row the transaction has locked. */
export type Change = { trx: Db; deps: AccountStatusDeps; actor_id: ActorId; user: UserRow }
export type Done = 'closed' | 'reopened' | 'demoted' | 'made_admin' | 'taken_over'

/**
 * Closes the account, ends its sessions and removes its roles. Its upcoming bookings are cancelled already (`all`). Throws
 * 409 for a facilitator with upcoming events, unless `leavesEvents`.
 */
export async function close(
  change: Change,
  { cancelled: cancelled_bookings, leftWaitlists: left_lines }: CancelledAll,
  leavesEvents = false,
): Promise<Done[]> {
  const { trx, deps, user } = change
  const events = await retire(change, leavesEvents)
  if (!user.is_active) return []
  await userStore.updateAndEndSessions(trx, user.id, { is_active: false, is_admin: false })
  const details = { cancelled_bookings, left_lines, was_admin: user.is_admin, events_left: events }
  await auditLog.record(trx, { ...entry(change, deps, 'closed'), details })
  return ['closed']
}

/** Reopens the account without roles and sessions. Throws 409 for a deleted account, and in production for a demo account. */
export async function reopen(change: Change): Promise<Done> {
  const { trx, deps, user } = change
  if (isAnonymousEmail(user.email)) throw deleted()
  if (user.is_demo && deps.config.production) throw stillDemo()
  user.is_active = true
  await userStore.updateAndEndSessions(trx, user.id, { is_active: true })
  await auditLog.record(trx, entry(change, deps, 'reopened'))
  return 'reopened'
}

export async function demote(change: Change): Promise<Done> {
  await userStore.updateAndEndSessions(change.trx, change.user.id, { is_admin: false })
  await auditLog.record(change.trx, entry(change, change.deps, 'demoted'))
  return 'demoted'
}

/** Makes an admin. An account with an unproven address must be taken over, as with `createAdmin`. Throws 409 otherwise. */
export async function promote(change: Change, input: TakingOver): Promise<Done[]> {
  const { trx, deps, actor_id, user } = change
  if (!user.is_active) throw isAnonymousEmail(user.email) ? deleted() : closed()
  if (!user.email_proven) await takeOver(trx, deps, actor_id, user, input)
  await userStore.update(trx, user.id, { is_admin: true })
  await auditLog.record(trx, entry(change, deps, 'made_admin'))
  return user.email_proven ? ['made_admin'] : ['taken_over', 'made_admin']
}

/** Deactivates the user's facilitator. Returns the number of their upcoming events; throws 409 for any unless `leavesEvents`. */
export async function retire({ trx, deps, actor_id, user }: Change, leavesEvents: boolean): Promise<number> {
  const facilitator = await facilitatorStore.findByUser(trx, user.id)
  if (!facilitator) return 0
  const at = deps.clock.now()
  const events = await countEventsAhead(trx, facilitator.id, at)
  if (events > 0 && !leavesEvents && user.is_active) throw eventsAhead(events)
  if (!facilitator.is_active) return events
  await facilitatorStore.update(trx, facilitator.id, { is_active: false })
  const details = { changed: ['is_active'], is_active: false }
  const subject = { subject: 'facilitator' as const, subject_id: facilitator.id }
  await auditLog.record(trx, { at, actor_id, action: 'facilitator.updated', ...subject, details })
  return events
}

function entry({ actor_id, user }: Change, { clock }: AccountStatusDeps, done: Done) {
  const subject = { subject: 'user' as const, subject_id: user.id }
  return { at: clock.now(), actor_id, action: `user.${done}`, ...subject }
}
