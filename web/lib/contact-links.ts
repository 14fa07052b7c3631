/** Links made of what people typed. Each says one thing only: nothing in an address may add another reader or a text. */

/** RFC 6068: every character that could end the address is encoded. */
export function mailto(address: string): string {
  const at = address.lastIndexOf('@')
  const [local, domain] = at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)]
  return `mailto:${encode(local)}${at < 0 ? '' : `@${encode(domain)}`}`
}

/** Half a character, which only a broken client would send, cannot be encoded. */
const encode = (text: string) => encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\u{fffd}'))

const PHONE = /^\s*(\+?)((?:\(0\))?[\d\s()./-]+)/

/**
 * RFC 3966: digits, with a plus before them. Undefined for what is no number, or begins with the signs by which a phone is
 * told to do something else, such as passing on all calls.
 */
export function tel(phone: string): string | undefined {
  const [, plus = '', rest = ''] = PHONE.exec(phone) ?? []
  // The zero that is dialled only inside the country.
  const digits = (plus ? rest.replace('(0)', '') : rest).replaceAll(/\D/g, '')
  return digits.length < 3 ? undefined : `tel:${plus}${digits}`
}

/** A page somewhere else, and the host that it is at, as ASCII: a name that only looks like another one shows itself. */
export type OutsideLink = { href: string; host: string }

/** Undefined for what is no page, and for what shows another host than it leads to. */
export function outsideLink(text: string | null | undefined): OutsideLink | undefined {
  let url: URL
  try {
    url = new URL(text ?? '')
  } catch {
    return undefined
  }
  const isPage = url.protocol === 'https:' || url.protocol === 'http:'
  return isPage && !url.username && !url.password ? { href: url.href, host: url.host } : undefined
}
