import type { Verdict } from '#web/components/feedback/verdict.tsx'
import type { ListedMail, MailHealth } from '#web/lib/api/contract.ts'
import { ageInWords, count } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'

type Status = ListedMail['status']

export const STATUSES: { value: Status; label: string }[] = [
  { value: 'waiting', label: 'Waiting' },
  { value: 'sending', label: 'Being sent' },
  { value: 'sent', label: 'Sent' },
  { value: 'failed', label: 'Failed' },
  { value: 'dropped', label: 'No longer needed' },
]

/** What it was dropped for; undefined where it was not dropped for its address. */
const suppressedFor = ({ status, last_error }: Pick<ListedMail, 'status' | 'last_error'>) =>
  status === 'dropped' ? /^The address does not take mail: (.*)$/s.exec(last_error ?? '')?.[1] : undefined

export const statusInWords = (mail: Pick<ListedMail, 'status' | 'last_error'>): string =>
  suppressedFor(mail) === undefined ? inWords(mail.status) : 'Not sent'

const inWords = (status: Status): string => STATUSES.find(({ value }) => value === status)?.label ?? status

/** What an admin can have done about a mail; undefined where there is nothing to do. */
export function retryLabel(mail: Pick<ListedMail, 'status' | 'last_error'>): string | undefined {
  if (mail.status === 'waiting') return 'Send now'
  return mail.status === 'failed' || suppressedFor(mail) !== undefined ? 'Send again' : undefined
}

/** The time that counts: when it ended, or when the next attempt is due; otherwise since when it is owed. */
export const timeOf = ({ status, ended_at, next_attempt_at, created_at }: ListedMail): Date =>
  fromWire((status === 'waiting' ? next_attempt_at : ended_at) ?? created_at)

/** What waits no longer than this is not reported as late. */
const SOON_SECONDS = 120

/** The state of mail as a title and a sentence. */
export function verdictOf({ is_on, is_server_away, waiting, oldest_at }: MailHealth, now: Date): Verdict {
  const seconds = oldest_at ? Math.max(0, (now.getTime() - fromWire(oldest_at).getTime()) / 1_000) : 0
  const mails = count(waiting, 'mail waits', 'mails wait')
  if (!is_on)
    return {
      tone: 'waiting',
      title: 'Mail is off',
      text: 'Nobody is told of bookings, cancellations or changes. The person who runs the server can switch mail on.',
    }
  if (is_server_away)
    return {
      tone: 'bad',
      title: 'The mail server does not answer',
      text:
        waiting === 0
          ? 'Mails are sent as soon as it does.'
          : `${mails}, the oldest for ${ageInWords(seconds)}. All are sent as soon as the server answers; each is tried for three days.`,
    }
  if (waiting === 0)
    return { tone: 'good', title: 'Nothing is due', text: 'Every mail that was due has been sent.' }
  if (seconds <= SOON_SECONDS)
    return { tone: 'good', title: 'Sending', text: `${count(waiting, 'mail is', 'mails are')} being sent.` }
  return {
    tone: 'waiting',
    title: 'Some mails are late',
    text: `${mails}, the oldest for ${ageInWords(seconds)}. Each is tried again for three days; the list says why.`,
  }
}

/** Why a mail was not sent, or not yet. Undefined when there is nothing to say. */
export function reasonInWords(mail: Pick<ListedMail, 'status' | 'last_error'>): string | undefined {
  const { status, last_error } = mail
  if (last_error === null || status === 'sent') return undefined
  const [, reason = ''] = /^(?:given up after three days: )?(.*)$/s.exec(last_error) ?? []
  const isGivenUp = reason !== last_error
  const suppressed = suppressedFor(mail)
  if (suppressed !== undefined)
    return `Nothing is sent to this address, because it did not take an earlier mail. ${serverInWords(suppressed)}`
  // A sentence already.
  if (status === 'dropped') return last_error
  return isGivenUp ? `Tried for three days. ${serverInWords(reason)}` : serverInWords(reason)
}

/** Answers of mail servers, by the enhanced status code (RFC 3463), the plain one, or the words of the connection. */
const ANSWERS: [RegExp, string][] = [
  [/^not composed/, 'The mail could not be written: tell the person who runs the server.'],
  [/\b[45]\.(?:1\.(?:1|3|6)|2\.1)\b/, 'There is no such mailbox: the address may have a typing error.'],
  [/\b[45]\.1\.(?:2|10)\b/, 'The domain of the address takes no mail: it may have a typing error.'],
  [/\b[45]\.2\.2\b|^[45]52\b/, 'The mailbox is full.'],
  [/\b[45]\.3\.4\b/, 'The mail is too large for the server of the recipient.'],
  [
    /\b5\.7\.8\b|^53[045]\b|Invalid login|EAUTH/i,
    'The mail server refuses the login of this studio: tell the person who runs the server.',
  ],
  [
    /\b[45]\.7\.\d+\b|spam|blocked|blacklist|policy/i,
    'The server of the recipient does not take mails from this studio, perhaps as spam: tell the person who runs the server.',
  ],
  [/\brelay/i, 'The mail server does not pass mails of this studio on: tell the person who runs the server.'],
  [/^55[013]\b/, 'There is no such mailbox, or its server does not take mails from this studio.'],
  [/^4\d\d\b/, 'The server of the recipient does not take it right now.'],
  [/^5\d\d\b/, 'The server of the recipient refuses it.'],
]

/** Without an answer about the mail the server was not reached. */
const serverInWords = (reason: string): string =>
  ANSWERS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'The mail server could not be reached.'

/** Whether the subject of a mail says what kind it is, as all do but those that people have written. */
export const saysItsKind = ({ kind, subject }: Pick<ListedMail, 'kind' | 'subject'>): boolean =>
  subject !== null && !kind.startsWith('event-message')
