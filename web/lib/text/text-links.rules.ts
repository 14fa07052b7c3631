import { outsideLink } from '#web/lib/contact-links.ts'

/** A piece of a text: words, or an address in it that may be followed. */
export type Piece = { text: string; href?: string }

/**
 * The pieces of what somebody has written, with its https addresses found. Nothing else becomes a link: no other scheme, and no
 * address with a user name in it. An address in look-alike letters is shown with its host in ASCII.
 */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const found of text.matchAll(/\bhttps:\/\/[^\s<>"“”„«»]+/giu)) {
    const address = withoutPunctuation(found[0])
    const link = outsideLink(address)
    if (!link) continue
    if (found.index > end) pieces.push({ text: text.slice(end, found.index) })
    pieces.push({ text: address.toLowerCase().includes(link.host) ? address : link.href, href: link.href })
    end = found.index + address.length
  }
  return end < text.length ? [...pieces, { text: text.slice(end) }] : pieces
}

/** Without the punctuation of the sentence around it. A closing bracket stays if it was opened in the address. */
function withoutPunctuation(address: string): string {
  const short = address.replace(/[.,;:!?'’*_]+$/u, '')
  const isUnopened = short.endsWith(')') && short.split('(').length < short.split(')').length
  return isUnopened ? withoutPunctuation(short.slice(0, -1)) : short
}
