import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** What came back; status 0 when nothing did, and then `fault` says why. */
export type Answer = {
  status: number
  body: Body
  headers: IncomingMessage['headers']
  ms: number
  /** On the clock of `performance.now()`. */
  sentAt: number
  fault?: string
}

/** The parts of the services' answers that the proofs look at. */
type Body = {
  error?: string
  code?: string
  crm_notified?: boolean
  access_token?: string
  user?: { id: number }
  cancelled_bookings?: number
  booking?: { id: number; status: string; event: { id: number } }
  bookings?: { id: number; booking_id: number; status: string; user: { id: number }; event: { id: number } }[]
  waitlist?: { position: number }
  event?: EventSeats
  events?: EventSeats[]
  pagination?: { total: number; pages: number }
}

export type EventSeats = {
  id: number
  current_participants: number
  max_participants: number
  available_spots: number
  is_full: boolean
}

export type CallOptions = {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

export type Client = {
  call(method: string, url: string, options?: CallOptions): Promise<Answer>
  close(): void
}

/** Kept-alive connections, so many and no more; what does not fit waits in line. Never throws for a bad answer. */
export function createClient({ connections = 64, timeoutMs = 30_000, keepAlive = true } = {}): Client {
  const agent = new Agent({
    keepAlive,
    maxSockets: connections,
    maxFreeSockets: connections,
    scheduling: 'fifo',
  })
  return {
    call: (method, url, options = {}) => send(agent, timeoutMs, method, url, options),
    close: () => agent.destroy(),
  }
}

/** Does the work for every item, at most `concurrency` at a time. */
export async function inParallel<T>(
  items: Iterable<T>,
  concurrency: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

export type Pace = { perSecond: number; concurrencyMax: number; isOver: () => boolean }

/**
 * Starts `work` at a steady rate, whether or not earlier calls have come back, as real users do. What would go
 * over `concurrencyMax` is skipped. Resolves when the last call has ended.
 */
export async function atPace(
  { perSecond, concurrencyMax, isOver }: Pace,
  work: () => Promise<unknown>,
): Promise<void> {
  const beganAt = performance.now()
  const running = new Set<Promise<unknown>>()
  for (let started = 0; !isOver(); ) {
    const due = Math.floor(((performance.now() - beganAt) / 1000) * perSecond)
    for (; started < due; started++) {
      if (running.size >= concurrencyMax) continue
      const call = work().finally(() => running.delete(call))
      running.add(call)
    }
    await sleep(2)
  }
  await Promise.all(running)
}

function send(
  agent: Agent,
  timeoutMs: number,
  method: string,
  url: string,
  { token, body, headers }: CallOptions,
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const sentAt = performance.now()
  return new Promise((resolve) => {
    const finish = (status: number, answer: Body, headers: Answer['headers'], fault?: string) =>
      resolve({
        status,
        body: answer,
        headers,
        ms: performance.now() - sentAt,
        sentAt,
        ...(fault && { fault }),
      })
    const fail = (error: NodeJS.ErrnoException) => finish(0, {}, {}, error.code ?? error.message)
    const outgoing = request(
      url,
      {
        method,
        agent,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(text !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
          ...headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', fail)
        incoming.on('end', () => {
          const answer = parse(Buffer.concat(chunks).toString())
          if (answer) finish(incoming.statusCode ?? 0, answer, incoming.headers)
          else finish(incoming.statusCode ?? 0, {}, incoming.headers, 'not JSON')
        })
      },
    )
    outgoing.on('error', fail)
    outgoing.end(text)
  })
}

function parse(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body
  } catch {
    return undefined
  }
}
