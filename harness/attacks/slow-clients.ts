import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createServer } from '#shared/http/server.ts'
import type { Behaviour } from './slow-kinds.ts'

/** A client that wants nothing but to be served: each of its questions in turn, on a connection of its own. */
export type Question = { name: string; ask(): Promise<Response> }
export type Outcome = { asked: number; served: number; worstMs: number; refusals: string[] }

const REOPEN_MS = 200
const TRICKLE_MS = 500
const ASK_MAX_MS = 10_000
/** Who guesses comes from here on. */
const ELSEWHERE = '127.0.0.'

/** Keeps so many slow connections of a kind open, and asks the questions over and over until there are `count` answers. */
export async function askAmongSlow(
  port: number,
  behaviour: Behaviour,
  { connections, questions, count }: { connections: number; questions: Question[]; count: number },
): Promise<Outcome> {
  const over = new AbortController()
  const keep = async (i: number) => {
    while (!over.signal.aborted) {
      await dawdle(port, behaviour, i, { signal: over.signal })
      await sleep(REOPEN_MS)
    }
  }
  const attackers = Array.from({ length: connections }, (_, i) => keep(i))
  // Until they are all in, and what they have begun is under way.
  await sleep(1_000)
  const outcome: Outcome = { asked: 0, served: 0, worstMs: 0, refusals: [] }
  while (outcome.asked < count) {
    const question = questions[outcome.asked % questions.length] as Question
    const askedAt = performance.now()
    const told = await question.ask().then(
      async (answer) => ({ isServed: answer.ok, text: `${answer.status} ${await answer.text()}` }),
      (error: Error) => ({ isServed: false, text: error.message }),
    )
    outcome.asked++
    outcome.worstMs = Math.max(outcome.worstMs, performance.now() - askedAt)
    if (told.isServed) outcome.served++
    else outcome.refusals.push(`${question.name}: ${told.text.slice(0, 120)}`)
  }
  over.abort()
  await Promise.all(attackers)
  return outcome
}

const BEHAVIOURS = {
  headers: { bytes: () => 'GET /health HTTP/1.1\r\nHost: x\r\n', trickle: 'X: y\r\n' },
  body: {
    bytes: () =>
      'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
    trickle: ' ',
  },
  asking: { bytes: () => 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2_000), isDeaf: true },
  reading: { bytes: () => 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n', isDeaf: true },
} satisfies Record<string, Behaviour>

type Name = keyof typeof BEHAVIOURS

export type Held = {
  connections: number
  /** How long each slow connection was let live; no `ms`: still open at the end. */
  lives: { kind: Name; ms?: number }[]
  /** What a well-behaved client waited for /health meanwhile, in ms. */
  waits: number[]
  failures: number
}

const CLOSE_WAIT_MS = 16_000
const REOPEN_EVERY_MS = 8_000
const PROBE_EVERY_MS = 50

/**
 * Holds so many slow connections of each kind for `holdMs` and asks for /health all the while. One that the server closes
 * is opened again until then; afterwards the last ones have 16 s to be closed.
 */
export async function holdSlow(
  port: number,
  { connections, holdMs }: { connections: Partial<Record<Name, number>>; holdMs: number },
): Promise<Held> {
  const lives: Held['lives'] = []
  const endsAt = performance.now() + holdMs
  let isOver = false
  const attack = async (kind: Name, i: number) => {
    await sleep(i % 100)
    do {
      const openedAt = performance.now()
      lives.push({ kind, ...(await dawdle(port, BEHAVIOURS[kind], i, { maxMs: CLOSE_WAIT_MS })) })
      // Slow, not many: who is cut off at once does not come back at once.
      const rest = Math.min(openedAt + REOPEN_EVERY_MS, endsAt) - performance.now()
      await sleep(Math.max(0, rest))
    } while (performance.now() < endsAt)
  }
  const kinds = Object.entries(connections) as [Name, number][]
  const attackers = kinds.flatMap(([kind, count]) => Array.from({ length: count }, (_, i) => attack(kind, i)))
  const probing = probe(port, () => isOver)
  await Promise.all(attackers)
  isOver = true
  return { connections: attackers.length, lives, ...(await probing) }
}

async function probe(port: number, isOver: () => boolean): Promise<Pick<Held, 'waits' | 'failures'>> {
  const waits: number[] = []
  let failures = 0
  while (!isOver()) {
    const askedAt = performance.now()
    const { status } = await fetch(`http://127.0.0.1:${port}/health`).catch(() => ({ status: 0 }))
    waits.push(performance.now() - askedAt)
    if (status !== 200) failures++
    await sleep(PROBE_EVERY_MS)
  }
  return { waits, failures }
}

/** A server as both services have it, with an answer that no buffer on the way will hold. For `reading`. */
export async function startLargeServer() {
  const app = await createServer({ log: pino({ level: 'silent' }), corsOrigins: [], trustProxy: [] })
  const large = Buffer.alloc(64 * 1024 * 1024)
  app.get('/large', (_request, reply) => reply.send(large))
  app.get('/health', () => ({}))
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}

/**
 * One slow connection until the other side or `signal` closes it, and then how long it lived; nothing when it still does
 * after `maxMs`. With a `maxMs` its own end stays open: a server that only says good-bye still has it.
 */
async function dawdle(
  port: number,
  { bytes, addresses = 0, isDeaf, isRepeated, trickle }: Behaviour,
  i: number,
  { signal, maxMs }: { signal?: AbortSignal; maxMs?: number },
): Promise<{ ms?: number }> {
  const localAddress = addresses === 0 ? '127.0.0.1' : `${ELSEWHERE}${2 + (i % addresses)}`
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: maxMs !== undefined })
  const { promise: closed, resolve } = Promise.withResolvers<{ ms?: number }>()
  const startedAt = performance.now()
  const destroy = () => socket.destroy()
  socket.on('error', () => {}).on('close', () => resolve({ ms: performance.now() - startedAt }))
  signal?.addEventListener('abort', destroy)
  socket.write(bytes(i))
  if (isDeaf) socket.pause()
  else if (isRepeated) askAgain(socket, () => bytes(i))
  else socket.resume().on('end', () => {})
  // A paused socket hears of its end only when it writes.
  const timers = [setInterval(() => void socket.write(trickle ?? (isDeaf ? '\r\n' : '')), TRICKLE_MS)]
  if (maxMs !== undefined) timers.push(setTimeout(resolve, maxMs, {}))
  const lived = await closed
  for (const timer of timers) clearTimeout(timer)
  signal?.removeEventListener('abort', destroy)
  socket.destroy()
  return lived
}

/** Sends the same again when all of it has been answered. */
function askAgain(socket: Socket, bytes: () => string): void {
  // Each request and each answer has it once.
  const count = (text: string): number => text.split('HTTP/1.1').length - 1
  const asked = count(bytes())
  let answered = 0
  socket.setEncoding('latin1').on('data', (text) => {
    answered += count(String(text))
    if (answered < asked) return
    answered = 0
    socket.write(bytes())
  })
}

type Asked = { token: string; body?: object }

const ask = (url: string, { token, body }: Asked) =>
  fetch(url, {
    headers: {
      connection: 'close',
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    signal: AbortSignal.timeout(ASK_MAX_MS),
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  })

export type PoliteClient = { token: string; email: string; password: string; eventIds: number[] }

/** What somebody who books does. Each booking takes an event of its own from `eventIds`. */
export const bookingQuestions = (
  url: string,
  { token, email, password, eventIds }: PoliteClient,
): Question[] => [
  { name: 'bookings', ask: () => ask(`${url}/api/bookings/`, { token }) },
  { name: 'programme', ask: () => ask(`${url}/api/programme`, { token }) },
  { name: 'login', ask: () => ask(`${url}/api/auth/login`, { token, body: { email, password } }) },
  {
    name: 'booking',
    ask: () => ask(`${url}/api/bookings/`, { token, body: { event_id: eventIds.pop() } }),
  },
]

/** What the Main API and the studio's staff do. */
export const crmQuestions = (url: string, token: string, notification: () => object): Question[] => [
  { name: 'list', ask: () => ask(`${url}/api/bookings`, { token }) },
  { name: 'notify', ask: () => ask(`${url}/api/notify`, { token, body: notification() }) },
]
