import * as http from 'node:http'
import * as https from 'node:https'
import { codeOf, messageOf } from '#shared/errors/error-facts.ts'
import { beginClientSpan, contextHeaders, endHttpSpan } from './observability/http-spans.ts'

/** `body` is undefined when it is not JSON. */
export type JsonAnswer = { status: number; body: unknown; retryAfterSeconds: number }

export type JsonClient = {
  /** Rejects with an error whose message says why when there is no complete answer within `timeoutMs`. */
  post(path: string, body: unknown, timeoutMs: number): Promise<JsonAnswer>
  put(path: string, body: unknown, timeoutMs: number): Promise<JsonAnswer>
  get(path: string, timeoutMs: number): Promise<JsonAnswer>
  /** Resolves with the answer when its head has arrived, for callers that stream the body. */
  open(path: string, headers: Record<string, string>, timeoutMs: number): Promise<http.IncomingMessage>
  close(): void
}

const ANSWER_MAX_BYTES = 4 * 1024 * 1024
const RETRY_AFTER_MAX_SECONDS = 3_600

type Begin = { method?: string; headers?: Record<string, string>; body?: string; signal: AbortSignal }

/** A client for JSON over kept-alive connections. It follows no redirects, so that `headers` are never sent to another host. */
export function createJsonClient(
  baseUrl: string,
  headers: Record<string, string>,
  connectionsMax = 16,
): JsonClient {
  const base = baseUrl.replace(/\/+$/, '')
  const { Agent, request } = base.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax, scheduling: 'fifo' })
  const begin = (path: string, { method = 'GET', headers: more, body, signal }: Begin) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const span = beginClientSpan(method, base + path)
      const all = { ...headers, ...contextHeaders(span), ...more, ...bodyHeaders(body) }
      const outgoing = request(base + path, { method, signal, agent, headers: all }, (answer) => {
        if (span) endHttpSpan(span, answer.statusCode ?? 0)
        resolve(answer)
      })
      outgoing.on('error', (error) => {
        span?.fail(error)
        span?.end()
        reject(error)
      })
      outgoing.end(body)
    })
  const send = async (method: string, path: string, body: string | undefined, timeoutMs: number) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await begin(path, { method, signal, ...(body !== undefined && { body }) })
    return toAnswer(answer, await readText(answer))
  }
  const open = async (path: string, more: Record<string, string>, timeoutMs: number) => {
    const impatience = new AbortController()
    const timer = setTimeout(() => impatience.abort(), timeoutMs)
    return begin(path, { headers: more, signal: impatience.signal }).finally(() => clearTimeout(timer))
  }
  return {
    post: (path, body, timeoutMs) => send('POST', path, JSON.stringify(body), timeoutMs).catch(fail),
    put: (path, body, timeoutMs) => send('PUT', path, JSON.stringify(body), timeoutMs).catch(fail),
    get: (path, timeoutMs) => send('GET', path, undefined, timeoutMs).catch(fail),
    open: (path, more, timeoutMs) => open(path, more, timeoutMs).catch(fail),
    close: () => agent.destroy(),
  }
}

function bodyHeaders(body: string | undefined): http.OutgoingHttpHeaders {
  if (body === undefined) return {}
  return { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
}

async function readText(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer) {
    size += chunk.length
    if (size > ANSWER_MAX_BYTES) throw new Error('its answer is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function toAnswer(answer: http.IncomingMessage, text: string): JsonAnswer {
  const seconds = Number(answer.headers['retry-after'])
  return {
    status: answer.statusCode ?? 0,
    body: parse(text),
    retryAfterSeconds: seconds > 0 ? Math.min(seconds, RETRY_AFTER_MAX_SECONDS) : 0,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function fail(error: unknown): never {
  throw new Error(describe(error))
}

function describe(error: unknown): string {
  if (error instanceof Error && ['AbortError', 'TimeoutError'].includes(error.name))
    return 'no complete answer in time'
  return `cannot be reached (${codeOf(error) ?? messageOf(error)})`
}
