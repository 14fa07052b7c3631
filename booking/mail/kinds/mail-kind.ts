import type { Db } from '#booking/database/database.ts'
import type { Dropped, Letter } from '#booking/mail/letters/letter.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'
import type { Clock } from '#shared/lib/clock.ts'

export type ComposeDeps = {
  db: Db
  clock: Clock
  currency: string
  from: { name: string; address: string }
}

/** Composes a mail from what is true now, just before it is sent; or says why it is not sent any more. */
export type MailKind = (deps: ComposeDeps, mail: ClaimedMail) => Promise<Letter | Dropped>
