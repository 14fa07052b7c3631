/** Links made from user input, which must not add anything to them, such as another recipient or a text. */

/** RFC 6068: characters that could end the address are encoded. */
export function mailto(address: string): string {
  const at = address.lastIndexOf('@')
  const [local, domain] = at < 0 ? [address, ''] : [address.slice(0, at), address.slice(at + 1)]
  return `mailto:${encode(local)}${at < 0 ? '' : `@${encode(domain)}`}`
}

/** Lone surrogates are replaced, because `encodeURIComponent` throws on them. */
const encode = (text: string) => encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\u{fffd}'))

const PHONE = /^\s*(\+?)((?:\(0\))?[\d\s()./-]+)/

/**
 * RFC 3966: digits, with a plus before them. Undefined for text that is not a number, and for control codes, which begin with
 * `*` or `#` and could for example forward all calls.
 */
export function tel(phone: string): string | undefined {
  const [, plus = '', rest = ''] = PHONE.exec(phone) ?? []
  // The trunk prefix, which is not dialled from abroad.
  const digits = (plus ? rest.replace('(0)', '') : rest).replaceAll(/\D/g, '')
  return digits.length < 3 ? undefined : `tel:${plus}${digits}`
}

/** An external page and its host, in ASCII (Punycode), so that look-alike letters are seen. */
export type OutsideLink = { href: string; host: string }

/** Undefined unless it is http(s), and for addresses with credentials, which may pretend to be another host. */
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

/** A search for a place on a map: the app of the device, or a page. */
export const mapLink = (place: string): string =>
  `https://www.google.com/maps/search/?api=1&query=${encode(place)}`
