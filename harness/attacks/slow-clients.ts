import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createServer } from '#shared/http/server.ts'

export type SlowKind = 'headers' | 'body' | 'asking' | 'reading'

/** A server as both services have it, with an answer that no buffer on the way will hold. For `reading`. */
export async function startLargeServer() {
  const app = await createServer({ log: pino({ level: 'silent' }), corsOrigins: [], trustProxy: [] })
  const large = Buffer.alloc(64 * 1024 * 1024)
  app.get('/large', (_request, reply) => reply.send(large))
  app.get('/health', () => ({}))
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}

export type Siege = {
  connections: number
  /** How long each slow connection was let live; no `ms`: still open at the end. */
  lives: { kind: SlowKind; ms?: number }[]
  /** What a well-behaved client waited for /health meanwhile, in ms. */
  waits: number[]
  failures: number
}

const CLOSE_WAIT_MS = 16_000
const REOPEN_EVERY_MS = 8_000
const PROBE_EVERY_MS = 50

/**
 * Holds so many slow connections of each kind for `holdMs` and asks for /health all the while. A connection that the
 * server closes is opened again while the siege lasts; afterwards the last ones have 16 s to be closed.
 */
export async function besiege(
  port: number,
  { connections, holdMs }: { connections: Partial<Record<SlowKind, number>>; holdMs: number },
): Promise<Siege> {
  const lives: Siege['lives'] = []
  const endsAt = performance.now() + holdMs
  let isOver = false
  const attack = async (kind: SlowKind, i: number) => {
    await sleep(i % 100)
    do {
      const openedAt = performance.now()
      lives.push({ kind, ...(await dawdle(port, kind)) })
      // Slow, not many: whoever is cut off at once does not come back at once.
      const rest = Math.min(openedAt + REOPEN_EVERY_MS, endsAt) - performance.now()
      await sleep(Math.max(0, rest))
    } while (performance.now() < endsAt)
  }
  const kinds = Object.entries(connections) as [SlowKind, number][]
  const attackers = kinds.flatMap(([kind, count]) => Array.from({ length: count }, (_, i) => attack(kind, i)))
  const probing = probe(port, () => isOver)
  await Promise.all(attackers)
  isOver = true
  return { connections: attackers.length, lives, ...(await probing) }
}

/** Lives until the other side closes, and says how long that took. */
async function dawdle(port: number, kind: SlowKind): Promise<{ ms?: number }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const { promise: closed, resolve } = Promise.withResolvers<{ ms?: number }>()
  const startedAt = performance.now()
  const finish = () => resolve({ ms: performance.now() - startedAt })
  socket.on('error', () => {}).on('close', finish)
  const timers = [setTimeout(resolve, CLOSE_WAIT_MS, {}), setInterval(() => BEHAVE[kind](socket), 500)]
  socket.write(OPENING[kind])
  if (kind === 'asking' || kind === 'reading') socket.pause()
  // Its own end of the connection stays open: a server that only says good-bye still has it.
  else socket.resume().on('end', () => {})
  const lived = await closed
  for (const timer of timers) clearTimeout(timer)
  socket.destroy()
  return lived
}

const OPENING: Record<SlowKind, string> = {
  headers: 'GET /health HTTP/1.1\r\nHost: x\r\n',
  body: 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{',
  asking: 'GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2_000),
  reading: 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n',
}

const BEHAVE: Record<SlowKind, (socket: Socket) => void> = {
  headers: (socket) => void socket.write('X: y\r\n'),
  body: (socket) => void socket.write(' '),
  // These two take nothing; writing shows when the connection has been cut.
  asking: (socket) => void socket.write('\r\n'),
  reading: (socket) => void socket.write('\r\n'),
}

async function probe(port: number, isOver: () => boolean): Promise<Pick<Siege, 'waits' | 'failures'>> {
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
