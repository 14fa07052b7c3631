import { toLine } from '#shared/errors/text-patterns.ts'
import { isLoopbackHost } from './secret-rules.ts'

export type SmtpServer = {
  host: string
  port: number
  /** TLS from the first byte; otherwise by STARTTLS. */
  secure: boolean
  /** Nothing is sent unless STARTTLS succeeds: a password must not cross a network in the clear. */
  requireTLS: boolean
  auth: { user: string; pass: string } | undefined
}

/** A name, empty when there is none, and an address. */
export type Mailbox = { name: string; address: string }

/** Returns the server that a `smtp://` or `smtps://` URL names. Throws an error that does not repeat the URL. */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.parse(text)
  if (!url?.hostname || !/^smtps?:$/.test(url.protocol))
    throw new Error(
      'write it as smtps://user:password@host:port, special characters of the password percent-encoded',
    )
  if (!/^\/?$/.test(url.pathname) || url.search || url.hash)
    throw new Error('nothing may follow the host and the port; percent-encode / ? and # of the password')
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const auth = url.username ? { user: decode(url.username), pass: decode(url.password) } : undefined
  const requireTLS = !secure && auth !== undefined && !isLoopbackHost(host)
  return { host, port: Number(url.port) || (secure ? 465 : 587), secure, requireTLS, auth }
}

/** A sentence for a URL that `parseSmtpUrl` refuses. It does not repeat the URL, which may hold a password. */
export function smtpFault(name: string, url: string | undefined): string | undefined {
  // The schema has reported any other scheme.
  if (url === undefined || !/^smtps?:\/\//.test(url)) return undefined
  try {
    parseSmtpUrl(url)
    return undefined
  } catch (error) {
    return `${name} cannot be used: ${(error as Error).message}`
  }
}

/** Reads `a@b.c` or `Name <a@b.c>`; undefined for anything else. */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, name = '', inBrackets, bare] = MAILBOX.exec(text.trim()) ?? []
  const address = inBrackets ?? bare
  return address === undefined ? undefined : { name: toLine(name.replace(/^"(.*)"\s*$/, '$1')), address }
}

const ADDRESS = '[^\\s@<>()[\\],;:\\\\"]+@[^\\s@<>()[\\],;:\\\\"]+'
const MAILBOX = new RegExp(`^(?:([^<>]*)<(${ADDRESS})>|(${ADDRESS}))$`)

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('percent-encode a % of the user or the password as %25')
  }
}
