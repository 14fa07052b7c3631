import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { conflict, notFound } from '#shared/errors/app-error.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { fullName } from '#shared/lib/full-name.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import * as linkTokenStore from './links/link-token.store.ts'
import type { ListedMail, WholeMail } from './mail.schema.ts'
import * as mailStore from './queue/mail.store.ts'
import * as suppressedAddressStore from './queue/suppressed-address.store.ts'
import { isSuppressed } from './queue/suppression.rules.ts'

export type MailDeps = { db: Db; clock: Clock }

const alreadySent = () => conflict('mail_sent', 'This mail has been sent: there is nothing to try again.')
const noLongerTrue = () =>
  conflict('mail_dropped', 'This mail was dropped, because it is no longer true: it is not sent any more.')

export async function list(
  db: Db,
  filter: mailStore.MailFilter,
  slice: Slice,
): Promise<{ mails: ListedMail[]; total: number }> {
  const { mails, total } = await mailStore.list(db, filter, slice)
  return { mails: mails.map(toListed), total }
}

/** Throws 404. */
export async function get(db: Db, id: number): Promise<WholeMail> {
  const mail = await mailStore.find(db, id)
  if (!mail) throw notFound('mail')
  const { body_text: text, body_html: html, calendar } = mail
  return { ...toListed(mail), text, html, calendar }
}

/**
 * Has a mail sent now that waits, failed, or was dropped for its address, which is written to again. Throws 404, and 409 for one that
 * was sent or is no longer true.
 */
export async function retry({ db, clock }: MailDeps, actor_id: number, id: number): Promise<WholeMail> {
  const now = clock.now()
  await db.transaction().execute(async (trx) => {
    const mail = await mailStore.lock(trx, id)
    if (!mail) throw notFound('mail')
    if (mail.status === 'sent') throw alreadySent()
    if (mail.status === 'dropped' && !isSuppressed(mail)) throw noLongerTrue()
    const user = await userStore.findById(trx, mail.user_id)
    const email = mail.address ?? user?.email ?? ''
    await suppressedAddressStore.lift(trx, { user_id: mail.user_id, email })
    if (mail.status === 'failed' || mail.status === 'dropped') await mailStore.revive(trx, id, now)
    if (mail.status === 'waiting') await mailStore.hasten(trx, id, now)
    await auditLog.record(trx, {
      at: now,
      actor_id,
      action: 'mail.retried',
      subject: 'user',
      subject_id: mail.user_id,
      details: { mail_id: id, kind: mail.kind },
    })
  })
  return get(db, id)
}

const KEPT_DAYS = 90
const FORGET_BATCH = 5_000

/** Deletes mails that were sent, failed or dropped long ago, expired links, and suppressions that have ended. Returns whether there may be more. */
export async function forgetOldMails({ db, clock }: MailDeps): Promise<boolean> {
  await linkTokenStore.forgetExpired(db, clock.now())
  await suppressedAddressStore.forgetEnded(db, clock.now())
  const before = new Date(clock.now().getTime() - KEPT_DAYS * 86_400_000)
  return (await mailStore.forgetEnded(db, before, FORGET_BATCH)) === FORGET_BATCH
}

function toListed(mail: mailStore.ListedMail): ListedMail {
  const {
    user_id,
    email,
    first_name,
    last_name,
    next_attempt_at,
    created_at,
    ended_at,
    reason: _,
    ...row
  } = mail
  return {
    ...row,
    user: { id: user_id, name: fullName({ first_name, last_name }), email },
    next_attempt_at: ended_at === null ? toWireTime(next_attempt_at) : null,
    created_at: toWireTime(created_at),
    ended_at: ended_at && toWireTime(ended_at),
  }
}
