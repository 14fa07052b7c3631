import { setTimeout as sleep } from 'node:timers/promises'
import { getInstallationId } from '#booking/calendars/calendar.store.ts'
import type { Db } from '#booking/database/database.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import type { ComposeDeps } from '#booking/mail/kinds/mail-kind.ts'
import { MAIL_KINDS } from '#booking/mail/kinds/mail-kinds.ts'
import { layOut, type Studio } from '#booking/mail/letters/layout.ts'
import { type Dropped, isDropped, type Letter } from '#booking/mail/letters/letter.ts'
import type { LinkKeys } from '#booking/mail/links/link-keys.ts'
import { preferenceOf } from '#booking/mail/preferences/mail-preference.rules.ts'
import * as mailPreferenceStore from '#booking/mail/preferences/mail-preference.store.ts'
import { optOutPath } from '#booking/mail/preferences/unsubscribe-link.rules.ts'
import type { ClaimedMail, SentMail } from '#booking/mail/queue/mail.store.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import * as suppressedAddressStore from '#booking/mail/queue/suppressed-address.store.ts'
import { suppressionOf } from '#booking/mail/queue/suppression.rules.ts'
import { messageOf } from '#shared/errors/error-facts.ts'
import type { CircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { fullName } from '#shared/lib/full-name.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { type Failure, pauseMs, readFailure, TRIED_MAX_MS } from './failure.rules.ts'
import { underLease } from './lease.ts'
import type { MailTransport, OutgoingMail } from './transport.ts'

export type MailOutcome = 'sent' | 'retried' | 'failed' | 'dropped'
export type MailMetrics = { mail: (outcome: MailOutcome) => void }

export type SenderDeps = {
  db: Db
  clock: Clock
  log: Logger
  metrics: MailMetrics
  config: { currency: string }
  mail: Post
}

/** How this installation sends mail. */
export type Post = {
  transport: MailTransport
  breaker: CircuitBreaker
  from: { name: string; address: string }
  studio: Studio
  publicUrl: string
  links: LinkKeys
  /** Nothing leaves the machine: `/dev/mail` shows it. */
  isKept: boolean
}

/** What is composed and addressed, ready for the transport. */
type ReadyMail = {
  outgoing: OutgoingMail
  sent: SentMail
  event_sequence: number | undefined
  /** Takes secret links out of what is kept, and of what a server answers: some repeat the text that they refuse. */
  hide: (text: string) => string
}

/** Sends one claimed mail, or notes why not. Never rejects for what a server says. `stop`: the service stops. */
export async function sendOne(deps: SenderDeps, mail: ClaimedMail, stop?: AbortSignal): Promise<MailOutcome> {
  const outcome = await attempt(deps, mail, stop)
  deps.metrics.mail(outcome)
  return outcome
}

async function attempt(
  deps: SenderDeps,
  mail: ClaimedMail,
  stop: AbortSignal | undefined,
): Promise<MailOutcome> {
  const { db, clock, mail: post } = deps
  let ready: ReadyMail | Dropped
  try {
    ready = await prepare(deps, mail)
  } catch (error) {
    deps.log.error({ err: error, mail: mail.id, kind: mail.kind }, 'mail could not be composed')
    return await postpone(deps, mail, { kind: 'deferred', reason: `not composed: ${messageOf(error)}` })
  }
  if ('dropped' in ready) {
    await mailStore.end(db, mail, { status: 'dropped', reason: ready.dropped }, clock.now())
    return 'dropped'
  }
  const { outgoing, sent, event_sequence, hide } = ready
  if (event_sequence !== undefined) await mailStore.noteTold(db, mail, event_sequence)
  try {
    await underLease(deps, mail, stop, (stopped) => post.transport.send(outgoing, stopped))
  } catch (error) {
    const failure = readFailure(error)
    return await noteFailure(deps, mail, sent.sent_to, { ...failure, reason: hide(failure.reason) })
  }
  post.breaker.succeed()
  await persist(() => mailStore.complete(db, mail.id, sent, clock.now()))
  return 'sent'
}

const PERSIST_ATTEMPTS = 5
const PERSIST_PAUSE_MS = 2_000

/** A mail that is out and not noted would be sent again: worth waiting for a database that is away for a moment. */
async function persist(work: () => Promise<void>): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await work()
    } catch (error) {
      if (attempts === PERSIST_ATTEMPTS) throw error
      await sleep(PERSIST_PAUSE_MS)
    }
  }
}

/** Composes the mail from what is true now. */
async function prepare(deps: SenderDeps, mail: ClaimedMail): Promise<ReadyMail | Dropped> {
  const { db, clock, config, mail: post } = deps
  const user = await userStore.findById(db, mail.user_id)
  if (!user?.is_active) return { dropped: 'The account is closed.' }
  const address = mail.address ?? user.email
  const suppressed = await suppressedAddressStore.find(db, { user_id: user.id, email: address }, clock.now())
  if (suppressed) return { dropped: suppressionOf(suppressed.reason) }
  const preference = preferenceOf(mail)
  if (preference && !(await mailPreferenceStore.get(db, user.id))[preference]) return SWITCHED_OFF
  if (preference && !user.email_proven) {
    const since = new Date(clock.now().getTime() - 86_400_000)
    if ((await mailStore.countSent(db, user.id, since)) >= UNPROVEN_A_DAY) return ENOUGH_FOR_TODAY
  }
  const compose: ComposeDeps = { db, clock, currency: config.currency, from: post.from, links: post.links }
  const letter: Letter | Dropped = (await MAIL_KINDS[mail.kind]?.(compose, mail, user)) ?? UNKNOWN
  if (isDropped(letter)) return letter
  const optOutUrl =
    preference && `${post.publicUrl}${optOutPath({ user_id: user.id, preference }, post.links)}`
  const content = layOut(letter, { ...post, optOutUrl })
  const to = { name: fullName(user), address }
  const messageId = `mail-${mail.id}.${await getInstallationId(db)}@${domainOf(post.from.address)}`
  const { calendar, secret, event_sequence } = letter
  const hide = (text: string) => hideAll(text, [secret, optOutUrl])
  const { text, html } = content
  return {
    hide,
    event_sequence,
    outgoing: { ...content, messageId, from: post.from, to, calendar, optOutUrl },
    sent: {
      ...content,
      ...(!post.isKept && { text: hide(text), html: hide(html) }),
      sent_to: address,
      calendar: calendar ?? null,
    },
  }
}

/** What is kept or logged lets nobody in, and switches nothing off. */
const hideAll = (text: string, secrets: (string | undefined)[]): string =>
  secrets.reduce<string>((left, secret) => (secret ? left.replaceAll(secret, '(not shown)') : left), text)

/**
 * An account may have been opened with somebody else's address: what it can cause by itself, booking and cancelling again and
 * again, must not fill that mailbox. What others change about its bookings is told in any case.
 */
const UNPROVEN_A_DAY = 20
const ENOUGH_FOR_TODAY: Dropped = {
  dropped: 'The address is not confirmed, and has had enough mails for a day.',
}

const SWITCHED_OFF: Dropped = { dropped: 'The person has switched such mails off.' }

/** By an instance of another release. */
const UNKNOWN: Dropped = { dropped: 'This version does not know such mails.' }

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

async function noteFailure(
  deps: SenderDeps,
  mail: ClaimedMail,
  address: string,
  failure: Failure,
): Promise<MailOutcome> {
  const { db, clock } = deps
  const { breaker } = deps.mail
  const { kind, reason } = failure
  if (kind === 'unreachable') breaker.fail()
  // Any answer about a mail shows that the server is there; having stopped shows nothing.
  else if (kind !== 'stopped') breaker.succeed()
  // An earlier attempt may have arrived.
  if (failure.isUndelivered && mail.attempts === 1) await mailStore.noteTold(db, mail, null)
  if (kind === 'bounced')
    await suppressedAddressStore.suppress(db, { user_id: mail.user_id, email: address, reason }, clock.now())
  return kind === 'refused' || kind === 'bounced' ? giveUp(deps, mail, reason) : postpone(deps, mail, failure)
}

/** For later, up to three days after the mail was owed. */
async function postpone(
  deps: SenderDeps,
  mail: ClaimedMail,
  { kind, reason }: Pick<Failure, 'kind' | 'reason'>,
): Promise<MailOutcome> {
  const at = new Date(deps.clock.now().getTime() + pauseMs(kind, mail.attempts, Math.random()))
  if (at.getTime() > mail.created_at.getTime() + TRIED_MAX_MS)
    return giveUp(deps, mail, `given up after three days: ${reason}`)
  await mailStore.retryAt(deps.db, mail, at, reason)
  return 'retried'
}

async function giveUp(
  { db, clock, log }: SenderDeps,
  mail: ClaimedMail,
  reason: string,
): Promise<MailOutcome> {
  await mailStore.end(db, mail, { status: 'failed', reason }, clock.now())
  log.warn({ mail: mail.id, kind: mail.kind, reason }, 'mail could not be sent')
  return 'failed'
}
