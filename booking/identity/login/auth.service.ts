import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { BookingConfig } from '#booking/config.ts'
import type { Db } from '#booking/database/database.ts'
import type { NewUser, UserRow } from '#booking/database/user.table.ts'
import { describeDevice } from '#booking/identity/sessions/device.rules.ts'
import { type Sessions, sessionOver } from '#booking/identity/sessions/sessions.ts'
import type { Session } from '#booking/identity/sessions/tokens.ts'
import { readEmail } from '#booking/identity/users/email.ts'
import { ownChange } from '#booking/identity/users/own-change.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { conflict, unauthorized } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { AttemptLimiter } from './attempt-limiter.ts'
import type { Credentials, LoggedIn, LogOut, Refreshed, Register } from './auth.schema.ts'
import { readNewPassword } from './password-rules.ts'
import { hashPassword, verifyPassword } from './passwords.ts'

export type AuthDeps = {
  config: Pick<BookingConfig, 'production'>
  clock: Clock
  db: Db
  identity: { sessions: Sessions; attempts: AttemptLimiter }
  limits: { rates: Rates }
}

export const emailTaken = () =>
  conflict(
    'email_taken',
    'An account with this e-mail address already exists: log in, or use another address.',
  )
const badCredentials = () =>
  unauthorized('invalid_credentials', 'E-mail or password is wrong: check both and try again.')
const badRefreshToken = () =>
  unauthorized('invalid_token', 'The refresh token is missing, invalid or expired: please log in again.')

/** Where a request comes from: for rate limits and the list of sessions. */
export type Origin = { ip: string; headers?: { 'user-agent'?: string | undefined } }

export async function register(deps: AuthDeps, origin: Origin, input: Register): Promise<UserRow> {
  const email = readEmail(input.email)
  const password = readNewPassword(input.password)
  // Counted only after validation: a 400 neither creates an account nor reveals whether an address is taken.
  await deps.identity.attempts.register(origin.ip)
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

export async function logIn(
  deps: AuthDeps,
  origin: Origin,
  { email, password }: Credentials,
): Promise<UserRow> {
  // Looked up first, so that all spellings of an address count for the same account.
  const user = await userStore.findByEmail(deps.db, email)
  const found = await deps.identity.attempts.login(origin.ip, user?.id ?? email, async () => {
    const matches = await verifyPassword(user?.password_hash, password)
    if (!user || !matches || !user.is_active || isPublished(deps, user)) throw badCredentials()
    return user
  })
  deps.limits.rates.write(found.id)
  return found
}

/** The password of demo accounts is public, so production refuses it. */
const isPublished = ({ config }: AuthDeps, { is_demo }: UserRow) => config.production && is_demo

/** Starts a session. Returns both tokens and the profile, the body of every successful login (contract). */
export async function startSession(
  deps: AuthDeps,
  origin: Origin,
  user: UserRow,
  message = 'Login successful',
): Promise<LoggedIn> {
  const tokens = await deps.identity.sessions.start(user, deviceOf(origin))
  return { message, user: userStore.toUser(user), ...tokens }
}

/**
 * Returns new tokens of a session. Throws 401 for an invalid token; one that was replaced longer ago than the grace period
 * may be stolen, so its session is ended and the audit log says so (decision 0016).
 */
export async function refresh(
  deps: AuthDeps,
  origin: Origin,
  refreshToken: string | undefined,
): Promise<Refreshed> {
  const known = refreshToken && (await deps.identity.sessions.identify(refreshToken))
  if (known) deps.limits.rates.write(known.userId)
  const renewed = refreshToken && (await deps.identity.sessions.renew(refreshToken, deviceOf(origin)))
  if (!renewed) throw badRefreshToken()
  if (!('isReused' in renewed)) return renewed
  const { id, userId } = renewed.session
  await deps.identity.sessions.end(renewed.session)
  const entry = ownChange(deps, userId, 'user.refresh_token_reused', { session_id: id })
  await auditLog.record(deps.db, { ...entry, actor_id: null })
  throw sessionOver()
}

const deviceOf = ({ headers }: Origin) => describeDevice(headers?.['user-agent'])

/** Ends the session, and that of `refresh_token` if it is another one. An invalid refresh token is ignored. */
export async function logOut(
  deps: AuthDeps,
  session: Session,
  { refresh_token, everywhere }: LogOut,
): Promise<void> {
  if (everywhere) return logOutEverywhere(deps, session)
  const other = refresh_token ? await deps.identity.sessions.identify(refresh_token) : undefined
  for (const each of other ? [session, other] : [session]) await deps.identity.sessions.end(each)
}

async function logOutEverywhere(deps: AuthDeps, session: Session): Promise<void> {
  const user = await deps.identity.sessions.findNow(session)
  if (!user) throw sessionOver()
  await deps.db.transaction().execute(async (trx) => {
    await userStore.updateAndEndSessions(trx, user.id, {})
    await auditLog.record(trx, ownChange(deps, user.id, 'user.logged_out_everywhere'))
  })
  deps.identity.sessions.forget(user.id)
}

/** Returns undefined when the address is taken. */
export function createAccount(
  deps: AuthDeps,
  action: `user.${string}`,
  input: NewUser,
): Promise<UserRow | undefined> {
  return deps.db.transaction().execute(async (trx) => {
    const user = await userStore.insert(trx, input)
    if (user) await auditLog.record(trx, ownChange(deps, user.id, action))
    return user
  })
}
