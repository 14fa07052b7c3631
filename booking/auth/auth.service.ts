import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Deps } from '#booking/deps.ts'
import { readEmail } from '#booking/users/email.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { conflict, unauthorized } from '#shared/http/app-error.ts'
import type { Credentials, LoggedIn, LogOut, Register } from './auth.schema.ts'
import type { GoogleIdentity } from './google-verifier.ts'
import { readNewPassword } from './password-rules.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import type { Session } from './tokens.ts'

const emailTaken = () =>
  conflict(
    'email_taken',
    'An account with this e-mail address already exists: log in, or use another address.',
  )
const badCredentials = () =>
  unauthorized('invalid_credentials', 'E-mail or password is wrong: check both and try again.')
const accountClosed = () =>
  unauthorized('account_inactive', 'This account is no longer active: please contact us.')
const badRefreshToken = () =>
  unauthorized('invalid_token', 'The refresh token is missing, invalid or expired: please log in again.')
const sessionOver = () =>
  unauthorized('invalid_token', 'This session has ended: log in again to end all the others.')

/** Where a request comes from, for the limits on guessing. */
type Origin = { ip: string }

export async function register(deps: Deps, origin: Origin, input: Register): Promise<UserRow> {
  await deps.attempts.register(origin.ip)
  const email = readEmail(input.email)
  const password_hash = await hashPassword(readNewPassword(input.password))
  const user = await userStore.insert(deps.db, {
    email,
    password_hash,
    google_sub: null,
    first_name: input.first_name.trim(),
    last_name: input.last_name.trim(),
    phone: input.phone?.trim() || null,
  })
  if (!user) throw emailTaken()
  return user
}

export function logIn(deps: Deps, origin: Origin, { email, password }: Credentials): Promise<UserRow> {
  return deps.attempts.login(origin.ip, email, async () => {
    const user = await userStore.findByEmail(deps.db, email.trim())
    const matches = await verifyPassword(user?.password_hash, password)
    if (!user || !matches || !user.is_active) throw badCredentials()
    return user
  })
}

export async function logInWithGoogle(deps: Deps, origin: Origin, token: string): Promise<UserRow> {
  const user = await deps.attempts.login(origin.ip, undefined, async () => {
    const identity = await deps.google(token)
    return (await userStore.findByGoogleSub(deps.db, identity.sub)) ?? (await linkOrCreate(deps, identity))
  })
  if (!user.is_active) throw accountClosed()
  return user
}

/** Both tokens and the profile: the body of every successful login. */
export async function startSession(
  deps: Deps,
  user: UserRow,
  message = 'Login successful',
): Promise<LoggedIn> {
  return { message, user: userStore.toUser(user), ...(await deps.sessions.start(user)) }
}

export async function refresh(deps: Deps, refreshToken: string | undefined): Promise<string> {
  const access_token = refreshToken && (await deps.sessions.renew(refreshToken))
  if (!access_token) throw badRefreshToken()
  return access_token
}

/**
 * Ends the session, and that of the refresh token that came along if it is another one: whoever holds a token may
 * end it, and one that is none has nothing to end.
 */
export async function logOut(
  deps: Deps,
  session: Session,
  { refresh_token, everywhere }: LogOut,
): Promise<void> {
  if (everywhere) return logOutEverywhere(deps, session)
  const other = refresh_token ? await deps.sessions.identify(refresh_token) : undefined
  for (const each of other ? [session, other] : [session]) await deps.sessions.end(each)
}

async function logOutEverywhere(deps: Deps, session: Session): Promise<void> {
  const user = await deps.sessions.findNow(session)
  if (!user) throw sessionOver()
  await deps.db.transaction().execute(async (trx) => {
    await userStore.updateAndEndSessions(trx, user.id, {})
    await auditLog.record(trx, {
      at: deps.clock.now(),
      actor_id: user.id,
      action: 'user.logged_out_everywhere',
      subject: 'user',
      subject_id: user.id,
    })
  })
  deps.sessions.forget(user.id)
}

/**
 * Google has proven who owns the address. An account that never proved it may have been made by somebody
 * else, who must keep neither a password nor a session: linking ends both.
 */
async function linkOrCreate(deps: Deps, identity: GoogleIdentity): Promise<UserRow> {
  const { sub, email, first_name, last_name } = identity
  const existing = await userStore.findByEmail(deps.db, email)
  // Their own first sign-in may have come in twice at once.
  if (existing?.google_sub === sub) return existing
  if (existing?.google_sub) throw conflictingGoogleAccount()
  if (existing) {
    const { email_proven, session_version } = existing
    const reset = email_proven ? {} : { password_hash: null, session_version: session_version + 1 }
    const linked = await userStore.update(deps.db, existing.id, {
      google_sub: sub,
      email_proven: true,
      ...reset,
    })
    deps.sessions.forget(existing.id)
    return linked
  }
  const created = await userStore.insert(deps.db, {
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

const conflictingGoogleAccount = () =>
  conflict('google_account_mismatch', 'This address belongs to an account that uses another Google account.')
