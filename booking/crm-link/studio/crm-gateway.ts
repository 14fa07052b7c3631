import type { IncomingMessage } from 'node:http'
import type { Static, TSchema } from 'typebox'
import { createJsonClient, type JsonAnswer } from '#shared/http/json-client.ts'
import { isValid } from '#shared/http/schemas/checker.ts'
import type { CircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import { crmAway } from './crm-faults.ts'

/**
 * Calls the CRM for requests that wait for the answer, so with short timeouts and not while the circuit breaker is open.
 * Only deliveries open and close the breaker, never these calls. All methods return undefined for a 404 of the CRM, and
 * throw 503 when it gives no valid answer.
 */
export type CrmGateway = {
  /** `until`: deadline of all calls of one request, in milliseconds of `performance.now()`. */
  get<S extends TSchema>(schema: S, path: string, until: number): Promise<Static<S> | undefined>
  put<S extends TSchema>(schema: S, path: string, body: object, until: number): Promise<Static<S> | undefined>
  /** Opens a long or endless response. The caller has to destroy it. Undefined for a 400, too: an older CRM does not know the format. */
  open(path: string, headers: Record<string, string>): Promise<IncomingMessage | undefined>
  close(): void
}

const ANSWER_MAX_MS = 2_500
/** Streams have a heartbeat and files keep flowing: after this silence the connection is dead. */
const SILENCE_MAX_MS = 60_000
const CALLS_MAX = 32
const STREAMS_MAX = 1_000

/** Returns the deadline, for `until`, of a request that begins now. */
export const deadline = () => performance.now() + ANSWER_MAX_MS

export function createCrmGateway(baseUrl: string, token: string, breaker: CircuitBreaker): CrmGateway {
  const headers = { authorization: `Bearer ${token}` }
  const calls = createJsonClient(baseUrl, headers, CALLS_MAX)
  // A pool of its own, so that streams, which last for hours, cannot use up the connections for calls.
  const streams = createJsonClient(baseUrl, headers, STREAMS_MAX)

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
    get: (schema, path, until) => ask(schema, until, (timeoutMs) => calls.get(path, timeoutMs)),
    put: (schema, path, body, until) => ask(schema, until, (timeoutMs) => calls.put(path, body, timeoutMs)),
    async open(path, more) {
      if (breaker.isOpen()) throw crmAway()
      const answer = await streams.open(path, more, ANSWER_MAX_MS).catch(() => {
        throw crmAway()
      })
      answer.setTimeout(SILENCE_MAX_MS, () => {
        // With unread data it is our client that is slow, not the CRM.
        if (answer.readableLength === 0) answer.destroy(new Error('the CRM has fallen silent'))
      })
      if (answer.statusCode === 200) return answer
      answer.destroy()
      if (answer.statusCode === 404 || answer.statusCode === 400) return undefined
      throw crmAway()
    },
    close() {
      calls.close()
      streams.close()
    },
  }
}
