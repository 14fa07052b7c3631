import type { LinkPurpose } from '#booking/database/link-token.table.ts'
import { hashToken } from '#booking/mail/links/link-keys.ts'
import type { LinkQuery } from '#booking/mail/links/link-token.store.ts'
import { badRequest } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'

/** Counted by the limiter of attempts. */
export const linkInvalid = () =>
  badRequest(
    'link_invalid',
    'This link does not work any more: it was used, has expired or was replaced by a newer one. Ask for a new link.',
  )

export const linkOf = (purpose: LinkPurpose, token: string, { clock }: { clock: Clock }): LinkQuery => ({
  purpose,
  token_hash: hashToken(token),
  now: clock.now(),
})
