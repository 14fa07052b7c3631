import { domainToASCII, domainToUnicode } from 'node:url'
import { isAnonymousEmail } from '#shared/contracts/anonymous-person.ts'
import { invalidFields } from '#shared/errors/app-error.ts'

const notAnAddress = () =>
  invalidFields([
    {
      field: 'email',
      message: 'must be an e-mail address such as name@example.com, without blanks or hidden characters',
    },
  ])

/** The address as it is kept and shown: without surrounding blanks, in NFC. Throws 400 for what cannot be one. */
export function readEmail(text: string): string {
  const email = parseEmail(text)
  if (email === undefined) throw notAnAddress()
  return email
}

/** The same for what does not come from a form: undefined for what cannot be one. */
export function parseEmail(text: string): string | undefined {
  const email = normalise(text)
  return isAcceptable(email) ? email : undefined
}

/**
 * The one form that all spellings of an address have in common: accounts are found by it. The local part loses the case
 * of ASCII letters only, because `İ` would become an `i`, and the address somebody else's. Anything has such a form, also
 * what `readEmail` refuses: an account from before its rules is still found. It neither begins nor ends with a blank.
 */
export function canonicalEmail(text: string): string {
  const { local, domain } = split(normalise(text))
  return `${lowerAscii(local)}${canonicalDomain(domain)}`
}

const LOCAL_BYTES_MAX = 64
const EMAIL_BYTES_MAX = 254

function isAcceptable(email: string): boolean {
  const { local, domain } = split(email)
  const canonical = canonicalEmail(email)
  return (
    LOCAL_PART.test(local) &&
    // Full-width letters, ligatures and the like have a plain spelling: that one is meant (RFC 8264, 9.17).
    local.normalize('NFKC') === local &&
    Buffer.byteLength(local) <= LOCAL_BYTES_MAX + '@'.length &&
    DOMAIN.test(domain) &&
    isHost(split(canonical).domain) &&
    Buffer.byteLength(canonical) <= EMAIL_BYTES_MAX &&
    !isAnonymousEmail(canonical)
  )
}

function canonicalDomain(domain: string): string {
  // `domainToASCII` reads a URL's host: it would cut off a path, decode `%41` and take `0x7f.1` for an IP address.
  const ascii = NON_ASCII.test(domain) && DOMAIN.test(domain) ? domainToASCII(domain) : ''
  return lowerAscii(ascii || domain).replace(/\.+$/, '')
}

function isHost(ascii: string): boolean {
  // What still is Punycode as Unicode encodes nothing.
  return HOST.test(ascii) && !domainToUnicode(ascii).includes('xn--')
}

const normalise = (text: string) => text.trim().normalize('NFC')

/** The local part with its `@`. */
function split(email: string) {
  const at = email.lastIndexOf('@') + 1
  return { local: email.slice(0, at), domain: email.slice(at) }
}

const lowerAscii = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

const NON_ASCII = /[^\0-\x7f]/
/** No separators, controls, formats, unassigned or private characters, and none that are drawn as nothing. */
const LOCAL_PART = /^[^\s\p{Z}\p{C}\p{Default_Ignorable_Code_Point}@<>()[\],;:\\"]+@$/u
/** With the full stops of East Asian keyboards. */
const DOMAIN =
  /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}_\-\u00b7\u30fb.\u3002\uff0e\uff61])*[\p{L}\p{M}\p{N}]$/u
/** Labels of up to 63 characters; the last one is no number, or it would be an IP address. */
const HOST =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
