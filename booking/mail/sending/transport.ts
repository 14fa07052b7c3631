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
  /** Resolves when the server has accepted the mail. Rejects with what `readFailure` understands. */
  send(mail: OutgoingMail): Promise<void>
  /** Mails that are being sent may fail. */
  close(): void
}

/** How many mails are sent at a time, each on a connection of its own. */
export const CONNECTIONS = 5
/** Shorter than the lease of a mail. */
const SEND_MAX_MS = 55_000
/** Some servers look into a mail before they say that they take it. */
const ANSWER_MAX_MS = 50_000

/** Connections are kept for the next mails. */
export function createSmtpTransport(url: string): MailTransport {
  const { host, port, secure, requireTLS, auth } = parseSmtpUrl(url)
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure,
    requireTLS,
    ...(auth && { auth }),
    maxConnections: CONNECTIONS,
    maxMessages: 100,
    // A mail whose connection was lost is ours to send again, once we have noted it.
    maxRequeues: 0,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: ANSWER_MAX_MS,
    dnsTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ messageId, from, to, subject, calendar, optOutUrl, ...content }) {
      const sending = transport.sendMail({
        ...content,
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
      await inTime(sending)
    },
    close: () => transport.close(),
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

/** A server that answers slowly, but again and again, would keep a mail beyond its lease. */
async function inTime(sending: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(reject, SEND_MAX_MS, new Error(`not sent within ${SEND_MAX_MS / 1_000} s`))
  })
  try {
    await Promise.race([sending, tooLate])
  } finally {
    clearTimeout(timer)
    sending.catch(() => {})
  }
}
