import { randomUUID } from 'node:crypto'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { AttemptLimiter } from '#booking/identity/login/attempt-limiter.ts'
import { emailTaken, type Origin } from '#booking/identity/login/auth.service.ts'
import { forgetAttempts } from '#booking/identity/login/login-attempt.store.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { canonicalEmail, readEmail } from '#booking/identity/users/email.ts'
import { ownChange } from '#booking/identity/users/own-change.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as linkTokenStore from '#booking/mail/links/link-token.store.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import * as suppressedAddressStore from '#booking/mail/queue/suppressed-address.store.ts'
import { badRequest } from '#shared/errors/app-error.ts'
import { differences, trimmed } from '#shared/lib/edits.ts'
import type { UpdateProfile } from './account.schema.ts'
import { confirmPassword, getCurrent, lockUnchanged, type OwnerDeps } from './owner.service.ts'

export type ProfileDeps = OwnerDeps & {
  db: Db
  identity: { sessions: Sessions; attempts: AttemptLimiter }
  mail: { isOn: boolean }
}

const passwordNotSet = () =>
  badRequest(
    'password_not_set',
    'This account has no password yet: set one first, so that you can log in with the new address.',
  )

/**
 * Changes the caller's profile. Another e-mail address, which gives access to the account, needs the password. Throws 400,
 * 403 and 429 like `confirmPassword`, and 409 when the address is taken.
 */
export async function updateProfile(
  deps: ProfileDeps,
  origin: Origin,
  caller: UserRow,
  input: UpdateProfile,
): Promise<UserRow> {
  const user = await getCurrent(deps, caller)
  const changes = readChanges(user, input)
  if (Object.keys(changes).length === 0) return user
  const moved = movedTo(user, changes)
  if (moved !== undefined) await confirmMove(deps, origin, user, input.current_password)
  const updated = await deps.db.transaction().execute(async (trx) => {
    await lockUnchanged(trx, user)
    if (moved !== undefined) {
      if (await userStore.findByEmail(trx, moved)) throw emailTaken()
      // Counts of failed logins under the old address, which a later deletion would not find.
      await forgetAttempts(trx, [user.email])
      await suppressedAddressStore.lift(trx, { user_id: user.id, email: moved })
      if (deps.mail.isOn) await tellOldAddress(trx, deps, user)
    }
    // The planner of mails has no other spelling of an address confirmed: it is the same mailbox.
    const isRespelled = changes.email !== undefined && moved === undefined
    const details = { changed: Object.keys(changes), ...(isRespelled && { respelled: true }) }
    await auditLog.record(trx, ownChange(deps, user.id, 'user.updated', details))
    const updated = await userStore.update(trx, user.id, {
      ...changes,
      ...(moved !== undefined && { email_proven: false }),
    })
    if (moved !== undefined) await linkTokenStore.endAll(trx, user.id, deps.clock.now())
    return updated
  })
  deps.identity.sessions.forget(user.id)
  return updated
}

/** The new one is asked by the planner of mails to confirm (decision 0054). */
async function tellOldAddress(trx: Db, { clock }: ProfileDeps, { id, email }: UserRow): Promise<void> {
  const reason = `email-changed:${id}:${randomUUID()}`
  await mailStore.owe(trx, [{ reason, kind: 'email-changed', user_id: id, address: email }], clock.now())
}

function readChanges(
  user: UserRow,
  { first_name, last_name, phone, email }: UpdateProfile,
): Partial<UserRow> {
  return differences(user, {
    first_name: first_name?.trim(),
    last_name: last_name?.trim(),
    phone: trimmed(phone),
    // An unchanged address from before the present rules may be sent back.
    email: email === undefined || email.trim() === user.email ? undefined : readEmail(email),
  })
}

/** Returns the address if it is another one, not just another spelling. */
function movedTo(user: UserRow, { email }: Partial<UserRow>): string | undefined {
  return email !== undefined && canonicalEmail(email) !== canonicalEmail(user.email) ? email : undefined
}

/**
 * Counted as a registration, since the answer reveals whether an address is taken, too; and as a mail that the account asks for,
 * since both addresses get one, and moving to and fro would write to somebody else's as often as one likes.
 */
async function confirmMove(deps: ProfileDeps, origin: Origin, user: UserRow, password: string | undefined) {
  if (user.password_hash === null) throw passwordNotSet()
  await confirmPassword(deps, origin, user, { field: 'current_password', password })
  await deps.identity.attempts.register(origin.ip)
  await deps.identity.attempts.mail(origin.ip, user.id)
}
