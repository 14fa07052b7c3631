import { domainToASCII, domainToUnicode } from 'node:url'
import { isAnonymousEmail } from '#shared/contracts/anonymous-person.ts'
import { invalidFields } from '#shared/errors/app-error.ts'
import { lowerAscii } from '#shared/lib/ascii-case.ts'

const notAnAddress = () =>
  invalidFields([
    {
      field: 'email',
      message: 'must be an e-mail address such as name@example.com, without blanks or hidden characters',
    },
  ])

/** Returns the address as it is stored and shown: trimmed, in NFC. Throws 400 for anything that is not an address. */
export function readEmail(text: string): string {
  const email = parseEmail(text)
  if (email === undefined) throw notAnAddress()
  return email
}

/** The same, but returns undefined for anything that is not an address. */
export function parseEmail(text: string): string | undefined {
  const email = normalise(text)
  return isAcceptable(email) ? email : undefined
}

/**
 * Returns the canonical form that all spellings of an address share and by which accounts are found (decision 0044). Only
 * ASCII letters of the local part are lower-cased: `İ` would become `i`, which is another address. It also accepts what
 * `readEmail` refuses, so that accounts from before those rules are found. The result is trimmed.
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
    // Some mail servers decode it, and would deliver to another mailbox (RFC 2047).
    !local.includes('=?') &&
    // Full-width letters, ligatures and the like are refused: they have a plain spelling (RFC 8264, 9.17).
    local.normalize('NFKC') === local &&
    Buffer.byteLength(local) <= LOCAL_BYTES_MAX + '@'.length &&
    DOMAIN.test(domain) &&
    isHost(split(canonical).domain) &&
    Buffer.byteLength(canonical) <= EMAIL_BYTES_MAX &&
    !isAnonymousEmail(canonical)
  )
}

function canonicalDomain(domain: string): string {
  // `domainToASCII` parses a URL's host: it would cut off a path, decode `%41` and read `0x7f.1` as an IP address.
  const ascii = NON_ASCII.test(domain) && DOMAIN.test(domain) ? domainToASCII(domain) : ''
  return lowerAscii(ascii || domain).replace(/\.+$/, '')
}

function isHost(ascii: string): boolean {
  // A label that is still Punycode after decoding is not valid Punycode.
  return HOST.test(ascii) && !domainToUnicode(ascii).includes('xn--')
}

const normalise = (text: string) => text.trim().normalize('NFC')

/** The local part with its `@`. */
function split(email: string) {
  const at = email.lastIndexOf('@') + 1
  return { local: email.slice(0, at), domain: email.slice(at) }
}

const NON_ASCII = /[^\0-\x7f]/
/** No separators, control, format, unassigned or private characters, and none that are invisible. */
const LOCAL_PART = /^[^\s\p{Z}\p{C}\p{Default_Ignorable_Code_Point}@<>()[\],;:\\"]+@$/u
/** With the full stops of East Asian keyboards. */
const DOMAIN =
  /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}_\-\u00b7\u30fb.\u3002\uff0e\uff61])*[\p{L}\p{M}\p{N}]$/u
/** Labels of up to 63 characters; the last one is not a number, which would make it an IP address. */
const HOST =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
