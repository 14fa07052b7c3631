import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { onceInTransaction, type Settle } from '#booking/idempotency/idempotency.service.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { getOrganised } from '#booking/organising/event-scope.service.ts'
import { retryingTransaction } from '#shared/db/transaction.ts'
import { conflict, declined, notFound, tooManyRequests } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { fullName } from '#shared/lib/full-name.ts'
import type { MessagePreview, PreviewMessage, WriteToEvent } from './event-message.schema.ts'
import * as eventMessageStore from './event-message.store.ts'
import { findEvent } from './kinds/mail-facts.store.ts'
import { messageLetter } from './kinds/message-mail.ts'
import { layOut, type Studio } from './letters/layout.ts'
import * as mailStore from './queue/mail.store.ts'

export type EventMessageDeps = {
  db: Db
  clock: Clock
  mail: { isOn: boolean; studio: Studio; publicUrl: string }
}

const nothingToPreview = () =>
  declined('mail_off', 'This studio does not send mail, so there is none to preview.', 3_600)
const nobodyThere = () =>
  conflict('nobody_to_write_to', 'Nobody has booked this event: there is nobody to write to.')
const enoughForToday = () =>
  tooManyRequests(
    3_600,
    `You have written ${MESSAGES_A_DAY} messages to attendees within a day: please wait until tomorrow.`,
  )

/** A stolen account of a facilitator must not become a mailing machine. */
const MESSAGES_A_DAY = 20
/** The same words again within a minute are a double click, or a repetition after a lost answer: the first answer holds. */
const SAME_MS = 60_000

/** Returns how many people a message would go to now. Throws 404 and 403 like `getOrganised`. */
export async function countAudience(
  { db }: Pick<EventMessageDeps, 'db'>,
  caller: UserRow,
  event_id: number,
): Promise<{ people: number; waiting: number }> {
  await getOrganised(db, caller, event_id)
  return eventMessageStore.countAudience(db, { event_id, author_id: caller.id })
}

/** Returns the mail that everybody would get now. Throws 404 and 403 like `getOrganised`, and 503 with `MAIL=off`. */
export async function previewMessage(
  { db, mail }: EventMessageDeps,
  caller: UserRow,
  event_id: number,
  message: PreviewMessage,
): Promise<MessagePreview> {
  await getOrganised(db, caller, event_id)
  if (!mail.isOn) throw nothingToPreview()
  const event = await findEvent(db, event_id)
  if (!event) throw notFound('event')
  return layOut(messageLetter(event, { author: fullName(caller), ...trimmed(message) }), mail)
}

/** `write`, at most once per idempotency key, if there is one. Throws 422 as `onceInTransaction` does. */
export async function writeOnce(
  deps: EventMessageDeps,
  caller: UserRow,
  event_id: number,
  message: WriteToEvent,
  key: string | undefined,
): Promise<{ people: number; isReplay: boolean }> {
  const request = { user_id: caller.id, key, body: ['message', event_id, message] }
  const { body, isReplay } = await onceInTransaction<number>(deps, request, (settle) =>
    write(deps, caller, event_id, message, settle),
  )
  return { people: body, isReplay }
}

/**
 * Writes to everybody of an event, who read it in the app and by mail, and owes its author a copy. With `MAIL=off` it is in the app
 * only. Returns to how many people it goes, after it has stored that with `settle`. Throws 404 and 403 like `getOrganised`, 409 when there
 * is nobody, and 429 after many messages.
 */
async function write(
  { db, clock, mail }: EventMessageDeps,
  caller: UserRow,
  event_id: number,
  { include_waiting = false, ...words }: WriteToEvent,
  settle?: Settle<number>,
): Promise<number> {
  await getOrganised(db, caller, event_id)
  const now = clock.now()
  return retryingTransaction(db, async (trx) => {
    // Under the lock, so that the limit holds for concurrent messages too.
    await userStore.lock(trx, caller.id)
    const message = { event_id, author_id: caller.id, ...trimmed(words) }
    const before = (ms: number) => new Date(now.getTime() - ms)
    const sent = await eventMessageStore.findSame(trx, message, before(SAME_MS))
    if (sent !== undefined) {
      const { people, waiting } = await eventMessageStore.countAudience(trx, message)
      if (sent >= people + (include_waiting ? waiting : 0)) return sent
    }
    if ((await eventMessageStore.countSince(trx, caller.id, before(86_400_000))) >= MESSAGES_A_DAY)
      throw enoughForToday()
    const { id, people } = await eventMessageStore.insert(trx, message, {
      includeWaiting: include_waiting,
      isMailed: mail.isOn,
      now,
    })
    if (people === 0) throw nobodyThere()
    const copy = {
      reason: `event-message-copy:${id}`,
      kind: 'event-message-copy',
      user_id: caller.id,
      event_id,
    }
    if (mail.isOn) await mailStore.owe(trx, [{ ...copy, details: { message: id } }], now)
    await auditLog.record(trx, {
      at: now,
      actor_id: caller.id,
      action: 'event.message_sent',
      subject: 'event',
      subject_id: event_id,
      details: { message_id: id, people, include_waiting },
    })
    await settle?.(trx, people)
    return people
  })
}

const trimmed = ({ subject, text }: PreviewMessage) => ({ subject: subject.trim(), text: text.trim() })
