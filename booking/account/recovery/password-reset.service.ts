import type { BookingConfig } from '#booking/config.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { replacePassword } from '#booking/identity/login/account.service.ts'
import type { AttemptLimiter } from '#booking/identity/login/attempt-limiter.ts'
import type { Origin } from '#booking/identity/login/auth.service.ts'
import { readNewPassword } from '#booking/identity/login/password-rules.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { canonicalEmail } from '#booking/identity/users/email.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as linkTokenStore from '#booking/mail/links/link-token.store.ts'
import { declined, invalidFields } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { linkInvalid, linkOf } from './links.rules.ts'
import type { ForgotPassword, ResetPassword } from './password-reset.schema.ts'
import * as resetRequestStore from './reset-request.store.ts'

export type PasswordResetDeps = {
  config: Pick<BookingConfig, 'production'>
  clock: Clock
  db: Db
  identity: { sessions: Sessions; attempts: AttemptLimiter }
  mail: { isOn: boolean }
}

const mailIsOff = () =>
  declined(
    'mail_off',
    'This studio does not send mail: ask it to set a new password for your account.',
    3_600,
  )
const notAnAddress = () =>
  invalidFields([{ field: 'email', message: 'must be an e-mail address such as name@example.com' }])

/**
 * Notes that the owner of an address has forgotten a password. Whether there is an account is looked up later, by
 * `oweResets`, so that neither the answer nor its time can tell. Throws 429 after many for an address or from a network, and 503
 * with `MAIL=off`.
 */
export async function ask(
  { db, clock, identity, mail }: PasswordResetDeps,
  { ip }: Origin,
  { email }: ForgotPassword,
): Promise<void> {
  if (!mail.isOn) throw mailIsOff()
  if (!/.@./.test(email)) throw notAnAddress()
  const email_key = canonicalEmail(email)
  await identity.attempts.mail(ip, email_key)
  await resetRequestStore.insert(db, { email_key, requested_at: clock.now() })
}

/** How many requests one transaction answers. */
const BATCH = 100

/** Owes mails to the owners of accounts that were asked for. Returns whether there may be more. */
export async function oweResets({ db, clock, config }: PasswordResetDeps): Promise<boolean> {
  const isDemoExcluded = config.production
  return (await resetRequestStore.answer(db, { now: clock.now(), limit: BATCH, isDemoExcluded })) === BATCH
}

/** Returns the account that a link lets in. Uses nothing up. Throws 400, also for an unsuitable password, and 429 after many. */
export async function findOwner(
  deps: PasswordResetDeps,
  { ip }: Origin,
  { token, password }: ResetPassword,
): Promise<UserRow> {
  readNewPassword(password)
  return deps.identity.attempts.login(ip, undefined, async () => {
    const user = await linkTokenStore.findUser(deps.db, linkOf('reset-password', token, deps))
    if (!user || isPublished(deps, user)) throw linkInvalid()
    return user
  })
}

/** Sets the password and ends every session. Throws 400 when the link does not work any more. */
export async function reset(deps: PasswordResetDeps, { token, password }: ResetPassword): Promise<void> {
  const password_hash = await hashPassword(readNewPassword(password))
  const link = linkOf('reset-password', token, deps)
  const id = await deps.db.transaction().execute(async (trx) => {
    const found = await linkTokenStore.findUser(trx, link)
    // Two requests with one link wait for each other here.
    const user = found && (await userStore.lock(trx, found.id))
    if (!user || !(await linkTokenStore.use(trx, link))) throw linkInvalid()
    await replacePassword(trx, deps, user, { password_hash, actor_id: user.id, isProven: true })
    return user.id
  })
  deps.identity.sessions.forget(id)
}

/** The password of demo accounts is public: in production they are closed. */
const isPublished = ({ config }: PasswordResetDeps, { is_demo }: UserRow) => config.production && is_demo
