import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import type { PersonForgotten } from '#shared/contracts/person-forgotten.schema.ts'
import type { BookingState, RangeDigest } from '#shared/contracts/reconciliation.schema.ts'
import { createJsonClient, type JsonAnswer } from '#shared/http/json-client.ts'

type IdSpan = { from: number; to: number }

/** What became of one notification: undefined when acknowledged, else why the CRM does not want it. */
type Refusal = string | undefined

export type CrmClient = {
  /**
   * Tells the CRM, and resolves with one entry for each notification when it has answered for all. Rejects with
   * `CrmFault` when it has not answered as a CRM does: then nobody knows what it has heard. `requestIds` are those of
   * the requests that they come from.
   */
  notify(notifications: BookingNotification[], timeoutMs: number, requestIds: string[]): Promise<Refusal[]>
  /**
   * Has it forget who a person was. Undefined when it has, else why it does not. Rejects with `CrmFault` when it cannot
   * be asked.
   */
  anonymise(user_id: number, timeoutMs: number): Promise<Refusal>
  /** What it knows of a span of booking ids. Rejects with `CrmFault`, also when this CRM knows no such question. */
  listDigests(span: IdSpan): Promise<RangeDigest[]>
  listStates(span: IdSpan): Promise<BookingState[]>
  close(): Promise<void>
}

/** The CRM is away, or something that is no CRM answers in its place. */
export class CrmFault extends Error {
  override name = 'CrmFault'
  /** How long it asked to be left alone. */
  readonly pauseMs: number

  constructor(message: string, pauseMs = 0) {
    super(message)
    this.pauseMs = pauseMs
  }
}

const QUESTION_MAX_MS = 10_000
/** How long a CRM that knows no batches is spared the question. */
const WITHOUT_BATCH_MS = 10 * 60_000
/** Statuses that say something about the notification; all others are about the CRM or the way to it. */
const REFUSALS = new Set([400, 409, 413, 422])

/** What a CRM says that has no such address. */
const UNKNOWN_THERE = new Set([404, 405, 501])

export function createCrmClient(baseUrl: string, token: string): CrmClient {
  const client = createJsonClient(baseUrl, { authorization: `Bearer ${token}` })
  let batchesFromMs = 0

  const notifyOne = async (notification: BookingNotification, timeoutMs: number): Promise<Refusal> => {
    const answer = await client.post('/api/notify', notification, timeoutMs).catch(toFault)
    if (isAcknowledgement(answer)) return undefined
    if (REFUSALS.has(answer.status)) return `CRM answered ${answer.status}`
    throw unexpected(answer)
  }
  /** Undefined when this CRM has no such address: it may be one from before there were batches. */
  const notifyMany = async (
    notifications: BookingNotification[],
    timeoutMs: number,
    request_ids: string[],
  ) => {
    const body = { notifications, request_ids }
    const answer = await client.post('/api/notify/batch', body, timeoutMs).catch(toFault)
    if (UNKNOWN_THERE.has(answer.status)) return undefined
    return readResults(answer, notifications)
  }
  const list = async <T>(path: string, { from, to }: IdSpan, key: string): Promise<T[]> => {
    const answer = await client.get(`${path}?from=${from}&to=${to}`, QUESTION_MAX_MS).catch(toFault)
    const items = (answer.body as Record<string, unknown> | undefined)?.[key]
    if (answer.status !== 200 || !Array.isArray(items)) throw unexpected(answer)
    return items
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
      if (answer.status === 200 && (answer.body as Partial<PersonForgotten> | undefined)?.user_id === user_id)
        return undefined
      if (UNKNOWN_THERE.has(answer.status)) return `CRM answered ${answer.status}`
      throw unexpected(answer)
    },
    listDigests: (span) => list<RangeDigest>('/api/reconcile', span, 'ranges'),
    listStates: (span) => list<BookingState>('/api/reconcile/bookings', span, 'bookings'),
    close: async () => client.close(),
  }
}

function readResults(answer: JsonAnswer, notifications: BookingNotification[]): Refusal[] {
  const { results } = (answer.body ?? {}) as {
    results?: { booking_id?: unknown; status?: unknown; error?: unknown }[]
  }
  const isForAll =
    answer.status === 200 &&
    Array.isArray(results) &&
    results.length === notifications.length &&
    results.every((result, i) => result?.booking_id === notifications[i]?.booking_id)
  if (!isForAll) throw unexpected(answer)
  return results.map(({ status, error }) =>
    status === 'success' || status === 'duplicate' ? undefined : String(error ?? 'refused'),
  )
}

/** A 200 from anything but a CRM (a proxy's page, say) must not count. */
function isAcknowledgement({ status, body }: JsonAnswer): boolean {
  if (status !== 200 && status !== 201) return false
  return Number.isInteger((body as { notification_id?: unknown } | undefined)?.notification_id)
}

function unexpected({ status, body, retryAfterSeconds }: JsonAnswer): CrmFault {
  const what =
    body === undefined ? 'without a body it could read' : 'with something that is no acknowledgement'
  return new CrmFault(
    status < 300 ? `CRM answered ${what}` : `CRM answered ${status}`,
    retryAfterSeconds * 1_000,
  )
}

function toFault(error: unknown): never {
  throw new CrmFault((error as Error).message)
}
