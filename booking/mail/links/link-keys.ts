import { createHash, createHmac, hkdfSync } from 'node:crypto'
import type { LinkPurpose } from '#booking/database/link-token.table.ts'

/** Makes the secret parts of links in mails. */
export type LinkKeys = {
  /**
   * Returns the token of the link in a mail, 256 bits that only who knows the secret of the service can make. Each attempt to
   * send the mail has the same, so that a copy sent after a lost answer is as good as the first.
   */
  tokenOf(purpose: LinkPurpose, mail: { id: number; created_at: Date }): string
}

/** `secret`: JWT_SECRET_KEY, from which a key is derived that signs nothing else. */
export function createLinkKeys(secret: string): LinkKeys {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'stillpoint: links in mails', 32))
  return {
    tokenOf: (purpose, { id, created_at }) =>
      createHmac('sha256', key).update(`${purpose} ${id} ${created_at.getTime()}`).digest('base64url'),
  }
}

/** What is stored of a token. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')
