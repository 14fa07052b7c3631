import { connect, type Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import { parseSmtpUrl } from '#shared/config/mail-settings.ts'

export type OutgoingMail = {
  /** Without angle brackets. The same in every attempt, so that a mail sent twice is recognised. */
  messageId: string
  from: Mailbox
  to: Mailbox
  subject: string
  text: string
  html: string
  calendar: string | undefined
  /** For the button of mail programs that switches such mails off. */
  optOutUrl: string | undefined
}

/** Never one string: a name or a local part with a comma or brackets would make other recipients of it. */
type Mailbox = { name: string; address: string }

/** Takes mails to where they are sent. */
export type MailTransport = {
  /** Resolves when the server has accepted the mail, however late. Rejects with what `readFailure` understands. */
  send(mail: OutgoingMail, stop: AbortSignal): Promise<void>
  /** Mails that are being sent fail. */
  close(): void
}

/** How many mails are sent at a time, each on a connection of its own. */
export const CONNECTIONS = 5
/** How many more may be in the hands of a server that is slow. */
export const SLOW_MAX = 10

/** For how long a server is waited for. RFC 5321, 4.5.3.2: whoever gives up earlier sends again what is being accepted. */
const PATIENCE = {
  connectMs: 10_000,
  greetingMs: 5 * 60_000,
  /** For each answer. The one to a whole mail has the longest time: some servers look into it first. */
  answerMs: 10 * 60_000,
}

/** Connections are kept for the next mails. */
export function createSmtpTransport(url: string, patience = PATIENCE): MailTransport {
  const { host, port, secure, requireTLS, auth } = parseSmtpUrl(url)
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure,
    requireTLS,
    ...(auth && { auth }),
    maxConnections: CONNECTIONS + SLOW_MAX,
    maxMessages: 100,
    // A mail whose connection was lost is ours to send again, once we have noted it.
    maxRequeues: 0,
    getSocket: openSocket({ host, port, maxMs: patience.connectMs }),
    // Of which the greeting is a part, and TLS.
    connectionTimeout: 2 * patience.greetingMs,
    greetingTimeout: patience.greetingMs,
    socketTimeout: patience.answerMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ messageId, from, to, subject, calendar, optOutUrl, ...content }, stop) {
      await transport.sendMail({
        ...content,
        signal: stop,
        messageId: `<${messageId}>`,
        from: withPlainName(from),
        to: withPlainName(to),
        subject: toSubject(subject),
        envelope: { from: from.address, to: [to.address] },
        // Out-of-office answers and the like would go to the studio.
        headers: {
          'Auto-Submitted': 'auto-generated',
          'X-Auto-Response-Suppress': 'All',
          ...optOutHeaders(optOutUrl),
        },
        ...(calendar !== undefined && { attachments: [attach(calendar)] }),
      })
    },
    close: () => transport.close({ force: true }),
  }
}

/** In development, without a server: what the sender keeps is shown at `/dev/mail`. */
export const keptTransport: MailTransport = { send: async () => {}, close() {} }

/** RFC 2369, and RFC 8058 for the one click, which takes https. */
function optOutHeaders(url: string | undefined): Record<string, string> {
  if (url === undefined) return {}
  const oneClick = url.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
  return { 'List-Unsubscribe': `<${url}>`, ...oneClick }
}

const attach = (content: string) => ({
  filename: 'event.ics',
  content,
  contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
})

/** How text that is encoded begins in a header (RFC 2047). */
const ENCODED = '=?'
/** An encoded word has at most 75 characters. */
const WORD_BYTES_MAX = 45

/** A title that looks like encoded text would be decoded by whoever reads it, into whatever it hides: it is encoded itself. */
function toSubject(subject: string): string {
  if (!subject.includes(ENCODED)) return subject
  const words = ['']
  for (const char of subject) {
    const word = `${words.at(-1)}${char}`
    if (Buffer.byteLength(word) > WORD_BYTES_MAX) words.push(char)
    else words[words.length - 1] = word
  }
  return words.map((word) => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ')
}

/** Names are quoted, where most programs decode nevertheless: a blank keeps them from it. */
const withPlainName = ({ name, address }: Mailbox): Mailbox => ({
  name: name.replaceAll(ENCODED, '= ?'),
  address,
})

/** Opened here, since nodemailer takes the wait for the greeting for a part of connecting, which is over soon or never. */
function openSocket({ host, port, maxMs }: { host: string; port: number; maxMs: number }) {
  return (_options: unknown, done: (error: Error | null, opened?: { connection: Socket }) => void) => {
    // An address that does not answer leaves time for two others.
    const socket = connect({ host, port, autoSelectFamilyAttemptTimeout: Math.ceil(maxMs / 3) })
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('Connection timeout'), { syscall: 'connect' }))
    }, maxMs)
    const fail = (error: Error) => {
      clearTimeout(timer)
      // One for each address of the host.
      done(error instanceof AggregateError ? error.errors[0] : error)
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      done(null, { connection: socket })
    })
  }
}
