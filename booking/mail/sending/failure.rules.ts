import { messageOf } from '#shared/errors/error-facts.ts'

/** What an error of the mail server, or of the way to it, means for a mail. */
export type Failure = {
  reason: string
  kind: /** No server, no login, or it does not take mail from us: says nothing about the mail, and holds for all others. */
    | 'unreachable'
    /** By us, before there was an answer. */
    | 'stopped'
    /** Not now. */
    | 'deferred'
    /** Never. */
    | 'refused'
    /** Never, because of who it is to: the address is not written to again. */
    | 'bounced'
  /** False where the mail may have arrived: the connection was lost before the answer. */
  isUndelivered: boolean
}

/** Of an error of nodemailer: the SMTP command it was the answer to, and the server's answer. */
type SmtpError = {
  code?: unknown
  syscall?: unknown
  command?: unknown
  response?: unknown
  responseCode?: unknown
  cause?: unknown
}

export function readFailure(error: unknown): Failure {
  const { code, syscall, command, response, responseCode, cause } = (error ?? {}) as SmtpError
  const isStopped = code === 'EABORT'
  const reason = String(response || messageOf(isStopped ? cause : error)).replace(/\s+/g, ' ')
  const status = Number(responseCode) || 0
  const isUndelivered =
    status >= 400 || syscall === 'connect' || syscall === 'getaddrinfo' || code === 'EAUTH'
  if (isStopped && !isTimeout(cause)) return { reason, kind: 'stopped', isUndelivered }
  // 503: the session was in the wrong state, so it says nothing about the mail.
  if (!ABOUT_THE_MAIL.test(String(command)) || status < 400 || status === 421 || status === 503)
    return { reason, kind: 'unreachable', isUndelivered }
  if (status < 500) return { reason, kind: 'deferred', isUndelivered }
  return { reason, kind: isBounce(String(command), status, reason) ? 'bounced' : 'refused', isUndelivered }
}

const isTimeout = (cause: unknown) => cause instanceof Error && cause.name === 'TimeoutError'

/** What comes before, such as AUTH and MAIL FROM, is about us. */
const ABOUT_THE_MAIL = /^(RCPT TO|DATA|BDAT)/

/**
 * No such mailbox or no such domain, by the enhanced status code if there is one (RFC 3463), or else by the words. A refusal for
 * policy, a full mailbox or too large a mail is not about the address; nor is what a relay says that does not take mail from us.
 */
function isBounce(command: string, status: number, reason: string): boolean {
  const [, subject] = ENHANCED.exec(reason) ?? []
  if (subject !== undefined) return /^1\.(1|2|3|6|10)$|^2\.1$/.test(subject)
  if (!command.startsWith('RCPT TO') || ![511, 550, 551, 553].includes(status)) return false
  return !ABOUT_US.test(reason) && NO_MAILBOX.some((words) => words.test(reason))
}

/** Not within an IP address. */
const ENHANCED = /(?<![\d.])5\.(\d{1,3}\.\d{1,3})(?!\.?\d)/

/** Some servers verify the sender when they are told the recipient: then it is the studio's mailbox that they do not find. */
const ABOUT_US =
  /relay|denied|not (allowed|permitted)|block|black ?list|spam|polic(y|ies)|authenti|log ?in|reputation|sender|\b(ip|client|helo|ehlo|dns|rdns|spf|dkim|dmarc|rbl|dnsbl)\b/i

const NO_MAILBOX = [
  /\b(no such|unknown|invalid|non-?existent|nonexisting) (\S+ )?(user|recipient|mailbox|account|address)\b/i,
  /\b(user|recipient|mailbox|account|address)\b.{0,80}\b(unknown|unavailable|not found|disabled|inactive|deactivated|invalid|not local)\b/i,
  /\b(does not|doesn['’]t|did not) exist\b|\bno mailbox\b|\bnot (a )?(known|valid) (user|recipient|mailbox|account|address)\b/i,
]

/** For so long an attempt follows another. */
export const TRIED_MAX_MS = 3 * 86_400_000
const PAUSE_MIN_MS = 60_000
const PAUSE_MAX_MS = 2 * 3_600_000
const UNREACHABLE_PAUSE_MS = 30_000
const UNREACHABLE_PAUSE_MAX_MS = 10 * 60_000
const UNREACHABLE_STEADY_ATTEMPTS = 10

/**
 * Returns how long to wait after `attempts` attempts: from one minute, doubled each time up to two hours. While the server is
 * away the circuit breaker decides who tries, so the pauses are shorter: all follow soon after it is back. `random`: 0 to 1.
 */
export function pauseMs(kind: Failure['kind'], attempts: number, random: number): number {
  const ms =
    kind === 'unreachable' || kind === 'stopped'
      ? doubled(UNREACHABLE_PAUSE_MS, attempts - UNREACHABLE_STEADY_ATTEMPTS, UNREACHABLE_PAUSE_MAX_MS)
      : doubled(PAUSE_MIN_MS, attempts - 1, PAUSE_MAX_MS)
  return ms * (0.75 + random / 2)
}

const doubled = (firstMs: number, times: number, maxMs: number) =>
  Math.min(maxMs, firstMs * 2 ** Math.min(Math.max(0, times), 20))
