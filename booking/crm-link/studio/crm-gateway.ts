import type { IncomingMessage } from 'node:http'
import type { Static, TSchema } from 'typebox'
import { createJsonClient, type JsonAnswer } from '#shared/http/json-client.ts'
import { isValid } from '#shared/http/schemas/checker.ts'
import type { CircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import { crmAway } from './crm-faults.ts'

/**
 * Asks the CRM on behalf of people, who wait for the answer: so never for long, and not at all while it is known to
 * be away. What it says there does not move the breaker: deliveries of bookings decide about that. Everything rejects
 * with 503 when there is no answer that can be understood; undefined is a 404.
 */
export type CrmGateway = {
  /** `until` in milliseconds as `performance.now()` counts them, for all questions of one request. */
  get<S extends TSchema>(schema: S, path: string, until: number): Promise<Static<S> | undefined>
  put<S extends TSchema>(schema: S, path: string, body: object, until: number): Promise<Static<S> | undefined>
  /** An answer that may be long or have no end. Destroy it when it is no longer wanted. */
  open(path: string, headers: Record<string, string>): Promise<IncomingMessage | undefined>
  close(): void
}

const ANSWER_MAX_MS = 2_500
/** Streams have a heartbeat, and files go on: more silence than this is a line that is dead. */
const SILENCE_MAX_MS = 60_000
const QUESTIONS_MAX = 32
const OPEN_MAX = 1_000

/** When a request that begins now has waited long enough. */
export const waitingEnds = () => performance.now() + ANSWER_MAX_MS

export function createCrmGateway(baseUrl: string, token: string, breaker: CircuitBreaker): CrmGateway {
  const headers = { authorization: `Bearer ${token}` }
  const questions = createJsonClient(baseUrl, headers, QUESTIONS_MAX)
  // Apart, so that those who listen for hours keep nobody from asking.
  const openings = createJsonClient(baseUrl, headers, OPEN_MAX)

  const ask = async <S extends TSchema>(
    schema: S,
    until: number,
    send: (timeoutMs: number) => Promise<JsonAnswer>,
  ): Promise<Static<S> | undefined> => {
    const leftMs = Math.floor(until - performance.now())
    if (breaker.isOpen() || leftMs < 1) throw crmAway()
    const { status, body } = await send(leftMs).catch(() => {
      throw crmAway()
    })
    if (status === 404) return undefined
    if (status !== 200 || !isValid(schema, body)) throw crmAway()
    return body
  }
  return {
    get: (schema, path, until) => ask(schema, until, (timeoutMs) => questions.get(path, timeoutMs)),
    put: (schema, path, body, until) =>
      ask(schema, until, (timeoutMs) => questions.put(path, body, timeoutMs)),
    async open(path, more) {
      if (breaker.isOpen()) throw crmAway()
      const answer = await openings.open(path, more, ANSWER_MAX_MS).catch(() => {
        throw crmAway()
      })
      answer.setTimeout(SILENCE_MAX_MS, () => {
        // Where something waits to be read, it is whoever takes the answer that is slow.
        if (answer.readableLength === 0) answer.destroy(new Error('the CRM has fallen silent'))
      })
      if (answer.statusCode === 200) return answer
      answer.destroy()
      if (answer.statusCode === 404) return undefined
      throw crmAway()
    },
    close() {
      questions.close()
      openings.close()
    },
  }
}
