import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { AttemptLimiter } from '#booking/identity/login/attempt-limiter.ts'
import type { Origin } from '#booking/identity/login/auth.service.ts'
import type { GoogleVerifier } from '#booking/identity/login/google-verifier.ts'
import { verifyPassword } from '#booking/identity/login/passwords.ts'
import { sessionOver } from '#booking/identity/sessions/sessions.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { AppError, conflict, forbidden, invalidFields } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { AccountFacts } from './account.schema.ts'

export type OwnerDeps = {
  clock: Clock
  db: Db
  identity: { google: GoogleVerifier; attempts: AttemptLimiter }
}

const passwordMissing = (field: string) => invalidFields([{ field, message: 'is required' }])
/** 403 and not 401, which clients take for the end of the session. */
const wrongPassword = () =>
  forbidden('wrong_password', 'This is not your current password: check it and try again.')
const wrongGoogleAccount = () =>
  forbidden('wrong_google_account', 'This account uses another Google account: sign in with that one.')
const googleSignInTooOld = () =>
  forbidden(
    'google_sign_in_too_old',
    'This sign-in with Google is more than ten minutes old: sign in with Google again.',
  )
const GOOGLE_SIGN_IN_MAX_MS = 10 * 60_000
const changedMeanwhile = () =>
  conflict('account_changed', 'This account was changed at the same moment: please try again.')

/** Reads the caller's account, since the cached one may be a second old. Throws 401 when its sessions have ended. */
export async function getCurrent({ db }: OwnerDeps, caller: UserRow): Promise<UserRow> {
  const user = await userStore.findById(db, caller.id)
  if (!user?.is_active || user.session_version !== caller.session_version) throw sessionOver()
  return user
}

/**
 * Checks the password, because a stolen token must not be enough. Wrong ones count as failed logins. Throws 400 for `field`
 * without a password, 403 for a wrong one, and 429 after too many.
 */
export async function confirmPassword(
  { identity: { attempts } }: OwnerDeps,
  { ip }: Origin,
  user: UserRow,
  { field, password }: { field: string; password: string | undefined },
): Promise<void> {
  if (password === undefined) throw passwordMissing(field)
  await attempts.confirm(ip, user.id, async () => {
    if (!(await verifyPassword(user.password_hash, password))) throw wrongPassword()
  })
}

/** The same with a fresh Google ID token: an old one may have been stolen along with ours. */
export async function confirmWithGoogle(
  { identity: { attempts, google }, clock }: OwnerDeps,
  { ip }: Origin,
  user: UserRow,
  token: string,
): Promise<void> {
  await attempts.confirm(ip, user.id, async () => {
    const identity = await google(token).catch((error: unknown) => {
      throw error instanceof AppError && error.status === 401 ? wrongGoogleAccount() : error
    })
    if (identity.sub !== user.google_sub) throw wrongGoogleAccount()
    const ageMs = clock.now().getTime() - identity.issued_at.getTime()
    if (ageMs > GOOGLE_SIGN_IN_MAX_MS) throw googleSignInTooOld()
  })
}

/** Locks the account's row. Throws 409 when its password, version or status has changed since `user` was read. */
export async function lockUnchanged(trx: Db, user: UserRow): Promise<void> {
  const now = await userStore.lock(trx, user.id)
  const isSame =
    now?.is_active && now.session_version === user.session_version && now.password_hash === user.password_hash
  if (!isSame) throw changedMeanwhile()
}

export function toFacts({ is_admin, password_hash, google_sub, email_proven }: UserRow): AccountFacts {
  return {
    is_admin,
    has_password: password_hash !== null,
    signs_in_with_google: google_sub !== null,
    email_verified: email_proven,
    email_proven,
  }
}
