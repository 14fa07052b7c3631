import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { LinkPurpose } from '#booking/database/link-token.table.ts'

/** Makes the secret parts of links in mails. */
export type LinkKeys = {
  /**
   * Returns the token of the link in a mail, 256 bits that only who knows the secret of the service can make. Each attempt to
   * send the mail has the same, so that a copy sent after a lost answer is as good as the first.
   */
  tokenOf(purpose: LinkPurpose, mail: { id: number; created_at: Date }): string
  /** Signs a link that nothing is stored of. */
  sign(text: string): string
  isSigned(text: string, signature: string): boolean
}

/** From JWT_SECRET_KEY and the one before, with which mails may still be signed. The keys derived from them sign nothing else. */
export function createLinkKeys(secret: string, previousSecret: string | undefined): LinkKeys {
  const key = keyOf(secret)
  const accepted = previousSecret === undefined ? [key] : [key, keyOf(previousSecret)]
  return {
    tokenOf: (purpose, { id, created_at }) => hmac(key, `${purpose} ${id} ${created_at.getTime()}`),
    sign: (text) => hmac(key, text),
    isSigned: (text, signature) => accepted.some((each) => isSame(hmac(each, text), signature)),
  }
}

/** What is stored of a token. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url')

const keyOf = (secret: string) =>
  Buffer.from(hkdfSync('sha256', secret, '', 'stillpoint: links in mails', 32))

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url')

const isSame = (a: string, b: string) => timingSafeEqual(Buffer.from(hashToken(a)), Buffer.from(hashToken(b)))
