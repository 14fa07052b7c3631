import type { Db } from '#booking/database/database.ts'
import type { LinkPurpose } from '#booking/database/link-token.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { canonicalEmail } from '#booking/identity/users/email.ts'
import type { Dropped } from '#booking/mail/letters/letter.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { hashToken, type LinkKeys } from './link-keys.ts'
import * as linkTokenStore from './link-token.store.ts'

const LINK_HOURS: Record<LinkPurpose, number> = { 'reset-password': 1, 'verify-email': 72 }

/**
 * Makes the link of a mail, just before it is sent, the account's only one of its purpose. Returns its token; or why the mail is
 * not sent any more.
 */
export async function issueLink(
  { db, clock, links }: { db: Db; clock: Clock; links: LinkKeys },
  mail: ClaimedMail,
  user: UserRow,
  purpose: LinkPurpose,
): Promise<string | Dropped> {
  const expires_at = new Date(mail.created_at.getTime() + LINK_HOURS[purpose] * 3_600_000)
  if (expires_at <= clock.now()) return { dropped: 'The link has expired before it could be sent.' }
  if (await mailStore.hasNewer(db, mail)) return { dropped: 'A newer link was asked for.' }
  const token = links.tokenOf(purpose, mail)
  const token_hash = hashToken(token)
  await linkTokenStore.replace(db, {
    user_id: user.id,
    purpose,
    token_hash,
    email_key: canonicalEmail(user.email),
    session_version: user.session_version,
    expires_at,
  })
  const works = await linkTokenStore.findUser(db, { purpose, token_hash, now: clock.now() })
  return works ? token : { dropped: 'The link was used, or has ended with a password or an address.' }
}
