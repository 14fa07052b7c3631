import { type Sent, uploadAnnounced } from './announced-upload.ts'

const timeoutSeconds = 10

/** One request with its answer, or with the reason why there was none. */
export type Exchange = {
  sent: Sent
  milliseconds: number
  status?: number
  headers?: Record<string, string>
  text?: string
  noAnswer?: string
}

export type Answer = Exchange & {
  status: number
  headers: Record<string, string>
  text: string
  json: unknown
}

export type Query = Record<string, string | number | boolean>

/** `json` is serialised, `raw` is sent unchanged; `headers` override those that either implies. */
export type Request = {
  query?: Query
  json?: unknown
  raw?: string
  headers?: Record<string, string>
  /** For a body that is likely to be refused by its size. */
  announced?: boolean
}

export type Client = {
  baseUrl: string
  as(token: string): Client
  send(method: string, path: string, request?: Request): Promise<Answer>
  get(path: string, query?: Query): Promise<Answer>
  post(path: string, json?: unknown): Promise<Answer>
  put(path: string, json?: unknown): Promise<Answer>
}

export class NoAnswer extends Error {
  exchange: Exchange

  constructor(exchange: Exchange) {
    super(exchange.noAnswer)
    this.exchange = exchange
  }
}

export function createClient(baseUrl: string, record: (exchange: Exchange) => void, token?: string): Client {
  async function send(method: string, path: string, request: Request = {}): Promise<Answer> {
    const sent = toSent(method, `${baseUrl}${path}`, request, token)
    const startedAt = performance.now()
    try {
      const answer = await receive(sent, startedAt, request.announced ? uploadAnnounced : fetchOnce)
      record(withoutJson(answer))
      return answer
    } catch (error) {
      const exchange = { sent, milliseconds: since(startedAt), noAnswer: reasonOf(error) }
      record(exchange)
      throw new NoAnswer(exchange)
    }
  }

  return {
    baseUrl,
    send,
    as: (newToken) => createClient(baseUrl, record, newToken),
    get: (path, query) => send('GET', path, query ? { query } : {}),
    post: (path, json) => send('POST', path, { json }),
    put: (path, json) => send('PUT', path, { json }),
  }
}

function toSent(method: string, url: string, request: Request, token?: string): Sent {
  const query = new URLSearchParams(
    Object.entries(request.query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
  )
  const body = request.raw ?? (request.json === undefined ? undefined : JSON.stringify(request.json))
  return {
    method,
    url: query.size > 0 ? `${url}?${query}` : url,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(body === undefined ? {} : { body }),
  }
}

async function receive(
  sent: Sent,
  startedAt: number,
  carry: (sent: Sent) => Promise<Response>,
): Promise<Answer> {
  const response = await carry(sent)
  const text = await response.text()
  return {
    sent,
    milliseconds: since(startedAt),
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    json: parseJson(text),
  }
}

function fetchOnce({ method, url, headers, body }: Sent): Promise<Response> {
  return fetch(url, {
    method,
    headers,
    body: body ?? null,
    // Redirects are not followed: they are answers to be checked.
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutSeconds * 1000),
  })
}

function withoutJson({ json: _, ...exchange }: Answer): Exchange {
  return exchange
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${timeoutSeconds} seconds`
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${cause.message || cause.name}` : error.message
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt)
}
