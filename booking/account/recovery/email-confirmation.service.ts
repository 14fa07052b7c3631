import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { AttemptLimiter } from '#booking/identity/login/attempt-limiter.ts'
import type { Origin } from '#booking/identity/login/auth.service.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { ownChange } from '#booking/identity/users/own-change.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import * as linkTokenStore from '#booking/mail/links/link-token.store.ts'
import * as suppressedAddressStore from '#booking/mail/queue/suppressed-address.store.ts'
import { conflict, declined, forbidden } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { VerifyEmail } from './email-confirmation.schema.ts'
import { linkInvalid, linkOf } from './links.rules.ts'

export type EmailConfirmationDeps = {
  clock: Clock
  db: Db
  identity: { sessions: Sessions; attempts: AttemptLimiter }
  mail: { isOn: boolean }
}

const alreadyConfirmed = () =>
  conflict('email_verified', 'Your e-mail address is confirmed already: there is nothing to do.')
const otherAccount = () =>
  forbidden(
    'other_account',
    'This link is for another account: log in to that one, then open the link again.',
  )
const mailIsOff = () =>
  declined('mail_off', 'This studio does not send mail, so an address cannot be confirmed by a link.', 3_600)

/**
 * Confirms the caller's address with the token of a mailed link. It takes a login: whoever gets the mail for an account that
 * somebody else has opened with their address must not confirm it for them (decision 0054). Throws 400 for a link that does
 * not work, 403 for one of another account, 409 when the address is confirmed, and 429 after many wrong ones.
 */
export async function confirm(
  deps: EmailConfirmationDeps,
  { ip }: Origin,
  caller: UserRow,
  { token }: VerifyEmail,
): Promise<void> {
  if (caller.email_proven) throw alreadyConfirmed()
  const link = linkOf('verify-email', token, deps)
  await deps.identity.attempts.login(ip, undefined, async () => {
    const owner = await linkTokenStore.findUser(deps.db, link)
    if (!owner) throw linkInvalid()
    if (owner.id !== caller.id) throw otherAccount()
  })
  await deps.db.transaction().execute(async (trx) => {
    await userStore.lock(trx, caller.id)
    if (!(await linkTokenStore.use(trx, link))) throw linkInvalid()
    await userStore.update(trx, caller.id, { email_proven: true })
    await suppressedAddressStore.lift(trx, { user_id: caller.id, email: caller.email })
    await auditLog.record(trx, ownChange(deps, caller.id, 'user.email_verified'))
  })
  deps.identity.sessions.forget(caller.id)
}

/** Has the link mailed again. Throws 409 when the address is confirmed, 429 after many, and 503 with `MAIL=off`. */
export async function resend(deps: EmailConfirmationDeps, { ip }: Origin, caller: UserRow): Promise<void> {
  if (caller.email_proven) throw alreadyConfirmed()
  if (!deps.mail.isOn) throw mailIsOff()
  // By account: what strangers ask for by its address must not use this up.
  await deps.identity.attempts.mail(ip, caller.id)
  // The planner of mails reads it.
  await auditLog.record(deps.db, ownChange(deps, caller.id, 'user.verification_requested'))
}
