import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '#harness/processes/free-port.ts'

/**
 * An HTTP server between two services that can misbehave in every way a network, a proxy or a dying receiver
 * does. `none` passes everything on.
 */
export type Fault = (typeof FAULTS)[number] | { delayMs: number }

// biome-ignore format: a list to look through
export const FAULTS = [
  'none', 'refused', 'silent', 'reset before body', 'reset after body', 'reset within answer', 'ack lost',
  'one byte a second', 'status 500', 'status 502', 'status 503', 'status 429', 'status 401', 'redirect', 'junk',
  'huge',
] as const

/** One request that came by. */
export type Exchange = {
  path: string
  /** The bookings it told about. */
  told: { booking_id: number; status: string }[]
  /** What the receiver behind answered, whether or not it was passed on. */
  answer?: { status: number; notificationIds: number[] }
  isAcknowledged: boolean
  at: number
}

export type FaultProxy = {
  url: string
  set(fault: Fault): Promise<void>
  /** Everything that came by, in order. */
  exchanges: Exchange[]
  /** How many requests came by, also those that were cut off before they had said anything. */
  hits(): number
  /** Requests that followed a redirect: it should stay 0. */
  redirectsFollowed(): number
  /** Runs when the receiver has answered and the sender has not heard of it yet; undefined to stop. */
  onAnswer(hook: (() => void) | undefined): void
  /** Runs when the whole request has gone to the receiver. */
  onForwarded(hook: (() => void) | undefined): void
  close(): Promise<void>
}

const HUGE_BYTES = 50 * 1024 * 1024
const TRAP = '/followed-a-redirect'
const JUNK = ['<html>Welcome</html>', '{}', '[]', 'null', '{"results":[]}', '{"notification_id":']

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const exchanges: Exchange[] = []
  const sockets = new Set<Socket>()
  let fault: Fault = 'none'
  let onAnswer: (() => void) | undefined
  let onForwarded: (() => void) | undefined
  let hits = 0
  let redirectsFollowed = 0
  let junkSent = 0

  const server = createServer((incoming, outgoing) => {
    incoming.on('error', () => {})
    void handle(incoming, outgoing).catch(() => incoming.socket.resetAndDestroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  const port = await freePort()
  await listen(port)
  const url = `http://127.0.0.1:${port}`

  async function listen(port: number): Promise<void> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }

  async function refuse(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.resetAndDestroy()
    await closed
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const now = fault
    hits++
    if (incoming.url === TRAP) redirectsFollowed++
    if (now === 'reset before body') return void incoming.socket.resetAndDestroy()
    const body = await buffer(incoming)
    const exchange: Exchange = {
      path: incoming.url ?? '',
      told: readTold(body),
      isAcknowledged: false,
      at: performance.now(),
    }
    exchanges.push(exchange)
    if (now === 'silent') return
    if (now === 'reset after body') return void incoming.socket.resetAndDestroy()
    if (typeof now === 'object') await sleep(now.delayMs)
    const invented = typeof now === 'string' ? invent(now) : undefined
    if (invented) return invented(outgoing)
    await passOn(incoming, outgoing, body, exchange, now)
  }

  async function passOn(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    body: Buffer,
    exchange: Exchange,
    now: Fault,
  ): Promise<void> {
    const received = await forward(target, incoming, body, () => onForwarded?.())
    // A stream of events has no end to wait for.
    if (contentType(received).startsWith('text/event-stream')) return passOnStream(received, outgoing)
    const answer = { status: received.statusCode ?? 0, body: await buffer(received) }
    exchange.answer = { status: answer.status, notificationIds: readNotificationIds(answer.body) }
    if (onAnswer) {
      onAnswer()
      return void incoming.socket.resetAndDestroy()
    }
    if (now === 'ack lost') return void incoming.socket.resetAndDestroy()
    outgoing.writeHead(answer.status, {
      'content-type': contentType(received),
      'content-length': answer.body.length,
    })
    if (now === 'reset within answer') {
      outgoing.write(answer.body.subarray(0, answer.body.length / 2))
      await sleep(20)
      return void incoming.socket.resetAndDestroy()
    }
    if (now === 'one byte a second') return trickle(outgoing, answer.body)
    outgoing.end(answer.body)
    exchange.isAcknowledged = answer.status === 200
  }

  function invent(now: string): ((outgoing: ServerResponse) => void) | undefined {
    const [kind, status] = now.split(' ')
    if (kind === 'status')
      return (outgoing) => outgoing.writeHead(Number(status), ERROR_HEADERS).end('{"error":"not now"}')
    if (now === 'redirect')
      return (outgoing) => outgoing.writeHead(301, { location: `${url}${TRAP}`, 'content-length': 0 }).end()
    if (now === 'junk')
      return (outgoing) => outgoing.writeHead(200, JSON_TYPE).end(JUNK[junkSent++ % JUNK.length])
    if (now === 'huge') return (outgoing) => void sendHuge(outgoing)
    return undefined
  }

  return {
    url,
    exchanges,
    async set(next) {
      fault = next
      if (next === 'refused') return refuse()
      if (!server.listening) await listen(port)
      // Nobody is left waiting on a connection from the time of the fault before.
      if (next === 'none') for (const socket of sockets) socket.resetAndDestroy()
    },
    hits: () => hits,
    redirectsFollowed: () => redirectsFollowed,
    onAnswer(hook) {
      onAnswer = hook
    },
    onForwarded(hook) {
      onForwarded = hook
    },
    close: refuse,
  }
}

const JSON_TYPE = { 'content-type': 'application/json' }
const ERROR_HEADERS = { ...JSON_TYPE, 'retry-after': '1' }

/** Rejects when the receiver cannot be reached or dies meanwhile. */
function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  onSent: () => void,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const { authorization, 'content-type': type = 'application/json' } = incoming.headers
  const headers = {
    ...(authorization && { authorization }),
    'content-type': type,
    'content-length': body.length,
  }
  const outgoing = request(`${target}${incoming.url}`, { method: incoming.method, headers, agent: false })
  outgoing.on('error', reject)
  outgoing.on('finish', onSent)
  outgoing.on('response', resolve)
  outgoing.end(body)
  return promise
}

const contentType = ({ headers }: IncomingMessage) => headers['content-type'] ?? ''

/** Until either side has had enough. */
async function passOnStream(received: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(received.statusCode ?? 0, { 'content-type': contentType(received) })
  await pipeline(received, outgoing).catch(() => {})
}

async function trickle(outgoing: ServerResponse, body: Buffer): Promise<void> {
  for (const byte of body) {
    if (outgoing.destroyed) return
    outgoing.write(Buffer.of(byte))
    await sleep(1_000)
  }
  outgoing.end()
}

async function sendHuge(outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(200, JSON_TYPE)
  // The sender is expected to hang up long before the end.
  await pipeline(Readable.from(hugeBody()), outgoing).catch(() => {})
}

function* hugeBody(): Generator<string | Buffer> {
  yield '{"notification_id":1,"results":[],"padding":"'
  const piece = Buffer.alloc(64 * 1024, 'x')
  for (let sent = 0; sent < HUGE_BYTES; sent += piece.length) yield piece
  yield '"}'
}

type Told = { booking_id: number; status?: string }

function readTold(body: Buffer): Exchange['told'] {
  const { notifications, ...single } = parse<{ notifications?: Told[] } & Partial<Told>>(body)
  const told = notifications ?? (single.booking_id ? [single as Told] : [])
  return told.map(({ booking_id, status = 'received' }) => ({ booking_id, status }))
}

function readNotificationIds(body: Buffer): number[] {
  type Result = { notification_id?: number }
  const { results, notification_id } = parse<{ results?: Result[] } & Result>(body)
  const ids = results?.map((result) => result.notification_id) ?? [notification_id]
  return ids.filter((id) => id !== undefined)
}

function parse<T>(body: Buffer): T {
  try {
    return (JSON.parse(body.toString()) ?? {}) as T
  } catch {
    return {} as T
  }
}
