import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { ownChange } from '#booking/identity/users/own-change.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as suppressedAddressStore from '#booking/mail/queue/suppressed-address.store.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { conflict, unauthorized } from '#shared/errors/app-error.ts'
import type { AttemptLimiter } from './attempt-limiter.ts'
import { type AuthDeps, createAccount, emailTaken, type Origin } from './auth.service.ts'
import type { GoogleIdentity, GoogleVerifier } from './google-verifier.ts'

export type GoogleLoginDeps = AuthDeps & {
  db: Db
  identity: { sessions: Sessions; google: GoogleVerifier; attempts: AttemptLimiter }
  limits: { rates: Rates }
}

const accountClosed = () =>
  unauthorized('account_inactive', 'This account is no longer active: please contact us.')
const conflictingGoogleAccount = () =>
  conflict(
    'google_account_mismatch',
    'This address belongs to an account that uses another Google account: sign in with that one.',
  )

export async function logInWithGoogle(
  deps: GoogleLoginDeps,
  origin: Origin,
  token: string,
): Promise<UserRow> {
  const identity = await deps.identity.attempts.login(origin.ip, undefined, () => deps.identity.google(token))
  const known = await userStore.findByGoogleSub(deps.db, identity.sub)
  const user = known ?? (await linkOrCreate(deps, origin, identity))
  if (!user.is_active) throw accountClosed()
  deps.limits.rates.write(user.id)
  return user
}

/**
 * Google has proven who owns the address. An existing account that never proved it may have been opened by somebody else,
 * so linking removes its password, its sessions and its other Google account.
 */
async function linkOrCreate(
  deps: GoogleLoginDeps,
  origin: Origin,
  identity: GoogleIdentity,
): Promise<UserRow> {
  const { sub, email, first_name, last_name } = identity
  const existing = await userStore.findByEmail(deps.db, email)
  // A concurrent first sign-in of the same person may have created it.
  if (existing?.google_sub === sub) return existing
  if (existing?.google_sub && existing.email_proven) throw conflictingGoogleAccount()
  if (existing) return link(deps, existing, sub)
  await deps.identity.attempts.register(origin.ip)
  const created = await createAccount(deps, 'user.registered_with_google', {
    email,
    password_hash: null,
    google_sub: sub,
    first_name,
    last_name,
    phone: null,
    email_proven: true,
  })
  const user = created ?? (await userStore.findByGoogleSub(deps.db, sub))
  if (!user) throw emailTaken()
  return user
}

async function link(
  deps: GoogleLoginDeps,
  { id, email, email_proven }: UserRow,
  google_sub: string,
): Promise<UserRow> {
  const proven = { google_sub, email_proven: true }
  const linked = await deps.db.transaction().execute(async (trx) => {
    const details = { password_reset: !email_proven }
    await auditLog.record(trx, ownChange(deps, id, 'user.linked_with_google', details))
    await suppressedAddressStore.lift(trx, { user_id: id, email })
    return email_proven
      ? userStore.update(trx, id, proven)
      : userStore.updateAndEndSessions(trx, id, { ...proven, password_hash: null })
  })
  deps.identity.sessions.forget(id)
  return linked
}
