import type { Db } from '#booking/database/database.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { CircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { type CrmClient, CrmFault } from './crm-client.ts'
import type { Message } from './outbox.store.ts'
import * as outboxStore from './outbox.store.ts'

export type DeliveryMetrics = {
  /** Messages to the CRM, by what became of the attempt. */
  delivery(outcome: DeliveryOutcome, messages: number): void
  /** From the commit to the acknowledgement by the CRM. */
  deliveryLag(seconds: number): void
}
export type DeliveryOutcome = 'acknowledged' | 'refused' | 'unreachable'

export type DeliveryDeps = {
  db: Db
  clock: Clock
  log: Logger
  metrics: DeliveryMetrics
  crm: { client: CrmClient; breaker: CircuitBreaker }
}

/** Deletes acknowledged messages. */
type Complete = (ids: number[]) => Promise<void>

const INLINE_MAX_MS = 1_000
const BATCH_MAX = 100
const WAITING_MAX = 2_000
const WAIT_MAX_MS = 300
const REFUSED_PAUSE_MIN_SECONDS = 2
const REFUSED_PAUSE_MAX_SECONDS = 3_600

export type Delivery = ReturnType<typeof createDelivery>

/** Sends what a transaction has just committed to the CRM, batched by group commit. The outbox relay sends the rest. */
export function createDelivery(deps: DeliveryDeps) {
  const completing = createPending()
  const sending = createPending()
  const complete = completeInBackground(deps, completing)
  const batcher = createBatcher<Message, boolean>({
    name: 'tell the CRM',
    batchMax: BATCH_MAX,
    concurrency: 2,
    waitingMax: WAITING_MAX,
    waitMaxMs: WAIT_MAX_MS,
    run: (messages) => deliver(deps, messages, INLINE_MAX_MS, complete),
  })
  /** Resolves with true when the CRM acknowledged within a second; otherwise the relay has the message. Never rejects. */
  const sendNow = async (message: Message): Promise<boolean> => {
    if (deps.crm.breaker.isOpen()) return false
    const { promise: timeout, resolve } = Promise.withResolvers<boolean>()
    const timer = setTimeout(resolve, INLINE_MAX_MS, false)
    const sent = batcher.add(message).catch((err: unknown) => {
      deps.log.warn({ err, booking_id: message.booking_id }, 'CRM message left to the relay')
      return false
    })
    const isAcknowledged = await Promise.race([sent, timeout])
    clearTimeout(timer)
    return isAcknowledged
  }
  const readAndSend = async (ids: number[]) => {
    // `listHeld` skips a message whose booking has an older one: wait until those that were just acknowledged are gone.
    await completing.settle()
    const messages = await outboxStore.listHeld(deps.db, ids)
    await Promise.all(messages.map(sendNow))
  }
  return {
    sendNow,
    /** The same without waiting. While an older message of the booking is due, this one is left to the relay, in order. */
    sendSoon(ids: number[]): void {
      if (ids.length === 0) return
      const sent = readAndSend(ids).catch((err: unknown) =>
        deps.log.warn({ err, messages: ids.length }, 'CRM messages left to the relay'),
      )
      sending.add(sent)
    },
    /** Resolves when all that was begun in the background is over. Never rejects. */
    async settle(): Promise<void> {
      await sending.settle()
      await completing.settle()
    },
  }
}

/**
 * Acknowledged messages are deleted after the answer to the caller, in batches. If that fails, or the process ends first,
 * the relay sends them again when their lease ends, which changes nothing: the CRM is idempotent.
 */
function completeInBackground({ db, clock, log }: DeliveryDeps, pending: Pending): Complete {
  const batcher = createBatcher<number, void>({
    name: 'complete messages',
    batchMax: BATCH_MAX,
    concurrency: 1,
    waitingMax: Number.POSITIVE_INFINITY,
    async run(ids) {
      await outboxStore.complete(db, ids, clock.now())
      return []
    },
  })
  return async (ids) => {
    const completed = Promise.all(ids.map((id) => batcher.add(id))).catch((err: unknown) =>
      log.warn({ err, messages: ids.length }, 'CRM messages left to the relay'),
    )
    pending.add(completed)
  }
}

type Pending = ReturnType<typeof createPending>

/** Background work, awaited only before the process ends. */
function createPending() {
  const pending = new Set<Promise<unknown>>()
  return {
    add(work: Promise<unknown>) {
      pending.add(work)
      void work.finally(() => pending.delete(work))
    },
    async settle() {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}

/**
 * Sends messages in one call. Returns true for each that the CRM acknowledged; `complete` gets their ids. A refused message
 * is retried with growing pauses, without end; while the CRM is away, messages can be claimed again at once.
 */
export async function deliver(
  deps: DeliveryDeps,
  messages: Message[],
  timeoutMs: number,
  complete: Complete = (ids) => outboxStore.complete(deps.db, ids, deps.clock.now()),
): Promise<boolean[]> {
  const {
    db,
    clock,
    crm: { client: crm, breaker: crmBreaker },
    metrics,
    log,
  } = deps
  const requests = requestsOf(messages)
  try {
    const refusals = await crm.notify(
      messages.map(({ notification }) => notification),
      timeoutMs,
      requests,
    )
    crmBreaker.succeed()
    const acknowledged = messages.filter((_, i) => refusals[i] === undefined)
    metrics.delivery('acknowledged', acknowledged.length)
    const nowMs = clock.now().getTime()
    for (const { created_at } of acknowledged) metrics.deliveryLag((nowMs - created_at.getTime()) / 1_000)
    metrics.delivery('refused', messages.length - acknowledged.length)
    if (acknowledged.length > 0) await complete(acknowledged.map(toId))
    for (const [i, reason] of refusals.entries()) {
      const message = messages[i]
      if (reason !== undefined && message) await postpone(deps, message, reason)
    }
    return refusals.map((reason) => reason === undefined)
  } catch (error) {
    if (!(error instanceof CrmFault)) throw error
    crmBreaker.fail(error.pauseMs)
    metrics.delivery('unreachable', messages.length)
    log.debug({ messages: messages.length, requests, reason: error.message }, 'CRM did not acknowledge')
    await outboxStore.release(db, messages.map(toId), clock.now(), error.message)
    return messages.map(() => false)
  }
}

/** The ids of the requests that caused the messages. */
export const requestsOf = (messages: Message[]): string[] => [
  ...new Set(messages.flatMap(({ cause }) => cause.request_id ?? [])),
]

async function postpone(
  { db, clock, log }: DeliveryDeps,
  { id, booking_id, attempts, cause }: Message,
  reason: string,
) {
  const seconds = Math.min(REFUSED_PAUSE_MIN_SECONDS * 2 ** attempts, REFUSED_PAUSE_MAX_SECONDS)
  const at = new Date(clock.now().getTime() + seconds * (0.75 + Math.random() / 2) * 1_000)
  await outboxStore.retryAt(db, id, at, reason)
  log.error(
    { request: cause.request_id, booking_id, attempts: attempts + 1, reason },
    'CRM refuses a booking, will try again',
  )
}

const toId = ({ id }: Message) => id
