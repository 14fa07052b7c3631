import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Dropped, Letter } from '#booking/mail/letters/letter.ts'
import type { LinkKeys } from '#booking/mail/links/link-keys.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'
import type { Clock } from '#shared/lib/clock.ts'

export type ComposeDeps = {
  db: Db
  clock: Clock
  currency: string
  from: { name: string; address: string }
  links: LinkKeys
}

/** Composes a mail from what is true now, just before it is sent; or says why it is not sent any more. */
export type MailKind = (deps: ComposeDeps, mail: ClaimedMail, user: UserRow) => Promise<Letter | Dropped>
