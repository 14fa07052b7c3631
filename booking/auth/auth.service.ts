import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Deps } from '#booking/deps.ts'
import { readEmail } from '#booking/users/email.ts'
import { ownChange } from '#booking/users/own-change.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { NewUser, UserRow } from '#booking/users/user.table.ts'
import { conflict, unauthorized } from '#shared/errors/app-error.ts'
import type { Credentials, LoggedIn, LogOut, Refreshed, Register } from './auth.schema.ts'
import { describeDevice } from './device.rules.ts'
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

/** Where a request comes from, for the limits on guessing and for the list of sessions. */
export type Origin = { ip: string; headers?: { 'user-agent'?: string | undefined } }

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
    if (!user || !matches || !user.is_active || isPublished(deps, user)) throw badCredentials()
    return user
  })
  deps.rates.write(found.id)
  return found
}

/** In production everybody knows the password of the demo's accounts, also of one that has just been added. */
const isPublished = ({ config }: Deps, { is_demo }: UserRow) => config.production && is_demo

/** Both tokens and the profile: the body of every successful login. */
export async function startSession(
  deps: Deps,
  origin: Origin,
  user: UserRow,
  message = 'Login successful',
): Promise<LoggedIn> {
  const tokens = await deps.sessions.start(user, deviceOf(origin))
  return { message, user: userStore.toUser(user), ...tokens }
}

/** New tokens of a session. One whose refresh token two hands have is ended, and that is in the log. */
export async function refresh(
  deps: Deps,
  origin: Origin,
  refreshToken: string | undefined,
): Promise<Refreshed> {
  const known = refreshToken && (await deps.sessions.identify(refreshToken))
  if (known) deps.rates.write(known.userId)
  const renewed = refreshToken && (await deps.sessions.renew(refreshToken, deviceOf(origin)))
  if (!renewed) throw badRefreshToken()
  if (!('isReused' in renewed)) return renewed
  const { id, userId } = renewed.session
  await deps.sessions.end(renewed.session)
  const entry = ownChange(deps, userId, 'user.refresh_token_reused', { session_id: id })
  await auditLog.record(deps.db, { ...entry, actor_id: null })
  throw sessionOver()
}

const deviceOf = ({ headers }: Origin) => describeDevice(headers?.['user-agent'])

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
