import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Deps } from '#booking/deps.ts'
import { readEmail } from '#booking/users/email.ts'
import { ownChange } from '#booking/users/own-change.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { NewUser, UserRow } from '#booking/users/user.table.ts'
import { conflict, unauthorized } from '#shared/http/app-error.ts'
import type { Credentials, LoggedIn, LogOut, Register } from './auth.schema.ts'
import { readNewPassword } from './password-rules.ts'
import { hashPassword, verifyPassword } from './passwords.ts'
import type { Session } from './tokens.ts'

export const emailTaken = () =>
  conflict(
    'email_taken',
    'An account with this e-mail address already exists: log in, or use another address.',
  )
const badCredentials = () =>
  unauthorized('invalid_credentials', 'E-mail or password is wrong: check both and try again.')
const badRefreshToken = () =>
  unauthorized('invalid_token', 'The refresh token is missing, invalid or expired: please log in again.')
export const sessionOver = () => unauthorized('invalid_token', 'This session has ended: please log in again.')

/** Where a request comes from, for the limits on guessing. */
export type Origin = { ip: string }

export async function register(deps: Deps, origin: Origin, input: Register): Promise<UserRow> {
  const email = readEmail(input.email)
  const password = readNewPassword(input.password)
  // Not before: who is told what to correct has neither an account yet, nor learned whose address it is.
  await deps.attempts.register(origin.ip)
  const password_hash = await hashPassword(password)
  const user = await createAccount(deps, 'user.registered', {
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

export async function logIn(deps: Deps, origin: Origin, { email, password }: Credentials): Promise<UserRow> {
  // Looked up before it is counted: however the address is written, it is one account that is guessed at.
  const user = await userStore.findByEmail(deps.db, email)
  const found = await deps.attempts.login(origin.ip, user?.id ?? email, async () => {
    const matches = await verifyPassword(user?.password_hash, password)
    if (!user || !matches || !user.is_active) throw badCredentials()
    return user
  })
  deps.rates.write(found.id)
  return found
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
  const session = refreshToken && (await deps.sessions.identify(refreshToken))
  if (session) deps.rates.write(session.userId)
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
    await auditLog.record(trx, ownChange(deps, user.id, 'user.logged_out_everywhere'))
  })
  deps.sessions.forget(user.id)
}

/** Undefined when the address is taken. */
export function createAccount(
  deps: Deps,
  action: `user.${string}`,
  input: NewUser,
): Promise<UserRow | undefined> {
  return deps.db.transaction().execute(async (trx) => {
    const user = await userStore.insert(trx, input)
    if (user) await auditLog.record(trx, ownChange(deps, user.id, action))
    return user
  })
}
