import type { Static, TSchema } from 'typebox'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { Acknowledgement, BatchReceived } from '#shared/contracts/notification-received.schema.ts'
import { PersonForgotten } from '#shared/contracts/person-forgotten.schema.ts'
import {
  type BookingState,
  BookingStates,
  type RangeDigest,
  RangeDigests,
} from '#shared/contracts/reconciliation.schema.ts'
import { createJsonClient, type JsonAnswer } from '#shared/http/json-client.ts'
import { isValid } from '#shared/http/schemas/checker.ts'

type IdSpan = { from: number; to: number }

/** The outcome of one notification: undefined when it was acknowledged, else the CRM's reason for refusing it. */
type Refusal = string | undefined

export type CrmClient = {
  /**
   * Sends notifications and resolves with one entry for each once the CRM has answered for all. Rejects with `CrmFault`
   * when there is no answer that a CRM would give: what it has stored is then unknown. `requestIds` are the ids of the
   * requests that caused the notifications.
   */
  notify(notifications: BookingNotification[], timeoutMs: number, requestIds: string[]): Promise<Refusal[]>
  /**
   * Erases who a person was. Resolves with undefined when the CRM has, else with its reason. Rejects with `CrmFault` when
   * there is no answer that a CRM would give.
   */
  anonymise(user_id: number, timeoutMs: number): Promise<Refusal>
  /** What the CRM knows of a span of booking ids. Rejects with `CrmFault`, also when this CRM has no such route. */
  listDigests(span: IdSpan): Promise<RangeDigest[]>
  /** The same, booking by booking. */
  listStates(span: IdSpan): Promise<BookingState[]>
  close(): Promise<void>
}

/** The CRM cannot be reached, or something else answers in its place. */
export class CrmFault extends Error {
  override name = 'CrmFault'
  /** From its `Retry-After`; 0 when it sent none. */
  readonly pauseMs: number

  constructor(message: string, pauseMs = 0) {
    super(message)
    this.pauseMs = pauseMs
  }
}

const QUESTION_MAX_MS = 10_000
/** For so long no batch is tried again at a CRM without that route. */
const WITHOUT_BATCH_MS = 10 * 60_000
/** Statuses that refuse this notification; all others are faults of the CRM or of the way to it. */
const REFUSING = new Set([400, 409, 413, 422])

/** Statuses of a CRM that has no such route. */
const NO_SUCH_ROUTE = new Set([404, 405, 501])

export function createCrmClient(baseUrl: string, token: string): CrmClient {
  const client = createJsonClient(baseUrl, { authorization: `Bearer ${token}` })
  let batchesFromMs = 0

  const notifyOne = async (notification: BookingNotification, timeoutMs: number): Promise<Refusal> => {
    const answer = await client.post('/api/notify', notification, timeoutMs).catch(toFault)
    if (isSuccess(answer) && isValid(Acknowledgement, answer.body)) return undefined
    if (REFUSING.has(answer.status)) return `CRM answered ${answer.status}`
    throw unexpected(answer)
  }
  /** Undefined when this CRM has no route for batches: the published contract does not require one. */
  const notifyMany = async (
    notifications: BookingNotification[],
    timeoutMs: number,
    request_ids: string[],
  ) => {
    const body = { notifications, request_ids }
    const answer = await client.post('/api/notify/batch', body, timeoutMs).catch(toFault)
    if (NO_SUCH_ROUTE.has(answer.status)) return undefined
    return readResults(answer, notifications)
  }
  const ask = async <S extends TSchema>(
    schema: S,
    path: string,
    { from, to }: IdSpan,
  ): Promise<Static<S>> => {
    const answer = await client.get(`${path}?from=${from}&to=${to}`, QUESTION_MAX_MS).catch(toFault)
    if (answer.status !== 200 || !isValid(schema, answer.body)) throw unexpected(answer)
    return answer.body
  }
  return {
    async notify(notifications, timeoutMs, requestIds) {
      if (notifications.length > 1 && performance.now() >= batchesFromMs) {
        const results = await notifyMany(notifications, timeoutMs, requestIds)
        if (results) return results
        batchesFromMs = performance.now() + WITHOUT_BATCH_MS
      }
      return Promise.all(notifications.map((notification) => notifyOne(notification, timeoutMs)))
    },
    async anonymise(user_id, timeoutMs) {
      const answer = await client.put(`/api/users/${user_id}/anonymise`, {}, timeoutMs).catch(toFault)
      const { status, body } = answer
      if (status === 200 && isValid(PersonForgotten, body) && body.user_id === user_id) return undefined
      if (NO_SUCH_ROUTE.has(status)) return `CRM answered ${status}`
      throw unexpected(answer)
    },
    listDigests: async (span) => (await ask(RangeDigests, '/api/reconcile', span)).ranges,
    listStates: async (span) => (await ask(BookingStates, '/api/reconcile/bookings', span)).bookings,
    close: async () => client.close(),
  }
}

function readResults(answer: JsonAnswer, notifications: BookingNotification[]): Refusal[] {
  if (answer.status !== 200 || !isValid(BatchReceived, answer.body)) throw unexpected(answer)
  const { results } = answer.body
  const isForAll =
    results.length === notifications.length &&
    results.every(({ booking_id }, i) => booking_id === notifications[i]?.booking_id)
  if (!isForAll) throw unexpected(answer)
  return results.map(({ status, error = 'refused' }) => (status === 'error' ? error : undefined))
}

/** Only with a body that a CRM would send: a proxy's page with status 200 acknowledges nothing. */
const isSuccess = ({ status }: JsonAnswer) => status === 200 || status === 201

function unexpected({ status, body, retryAfterSeconds }: JsonAnswer): CrmFault {
  const what =
    body === undefined ? 'without a body it could read' : 'with something that is no acknowledgement'
  return new CrmFault(
    status < 300 ? `CRM answered ${what}` : `CRM answered ${status}`,
    retryAfterSeconds * 1_000,
  )
}

function toFault(error: unknown): never {
  throw new CrmFault(error instanceof Error ? error.message : String(error))
}
