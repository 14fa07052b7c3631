import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Trust } from '#shared/http/requests/client-address.ts'
import { hasBody } from '#shared/http/requests/raw-headers.ts'
import { networkOf } from '#shared/lib/address-blocks.ts'
import { type Connection, findExcess, type Waiting } from './connection-excess.ts'

const LOOK_EVERY_MS = 1_000
/** With more than this, or more bytes that wait to be taken, the next look is not waited for. */
const CONNECTIONS_MAX = 10_000
const BYTES_MAX = 64 * 1024 * 1024
const NEXT_LOOK_MIN_MS = 100

export type ConnectionLimits = {
  log: FastifyBaseLogger
  /** Connections of proxies are not closed for being idle, and whose their requests are the proxy says. */
  trust: Trust
  /** False: only the totals count. */
  isPerNetwork: boolean
}

/**
 * Bounds the connections that wait for their clients, by network and in total. Beyond a bound those that have waited the
 * longest are closed, so that there is always room for the next one. It looks once a second: requests pay next to
 * nothing for it, and nobody is closed who has not waited from one look to the next.
 */
export function limitConnections(app: FastifyInstance, { log, trust, isPerNetwork }: ConnectionLimits): void {
  const connections = new Map<Socket, Connection>()
  let looks = 0
  let lookedAtMs = 0
  let heldBytes = 0

  const look = (urgent?: Waiting) => {
    lookedAtMs = performance.now()
    const excess = findExcess([...connections.values()], { look: ++looks, isPerNetwork, urgent })
    for (const { socket } of excess) socket.destroy()
    if (excess.length > 0) log.warn({ waiting: countWaiting(excess) }, 'slow connections closed')
  }
  const lookSoon = (urgent: Waiting) => {
    if (performance.now() - lookedAtMs >= NEXT_LOOK_MIN_MS) look(urgent)
  }
  const forget = (connection: Connection) => {
    heldBytes -= connection.heldBytes
    connection.heldBytes = 0
  }
  const timer = setInterval(() => look(), LOOK_EVERY_MS).unref()
  app.addHook('onClose', async () => clearInterval(timer))

  app.server.on('connection', (socket: Socket) => {
    const connection = beginConnection(socket, trust)
    connections.set(socket, connection)
    socket.once('close', () => {
      connections.delete(socket)
      // Answers that stood behind another one never hear of it.
      forget(connection)
    })
    if (connections.size > CONNECTIONS_MAX) lookSoon('head')
  })
  app.addHook('onRequest', (request, reply, done) => {
    const connection = connections.get(request.raw.socket)
    if (!connection) return done()
    if (connection.isProxy) connection.network = networkOf(request.ip)
    if (hasBody(request.raw)) connection.upload = request.raw
    connection.owed++
    reply.raw.once('close', () => {
      connection.taken++
      if (--connection.owed === 0) forget(connection)
    })
    done()
  })
  app.addHook('onSend', ({ raw }, _reply, payload, done) => {
    const connection = connections.get(raw.socket)
    const bytes = typeof payload === 'string' ? payload.length : 0
    if (connection && connection.owed > 0) {
      connection.isShared = Buffer.isBuffer(payload)
      connection.heldBytes += bytes
      heldBytes += bytes
      if (heldBytes > BYTES_MAX) lookSoon('answer')
    }
    done(null, payload)
  })
}

const beginConnection = (socket: Socket, trust: Trust): Connection => ({
  socket,
  network: networkOf(socket.remoteAddress ?? ''),
  isProxy: trust(socket.remoteAddress),
  owed: 0,
  heldBytes: 0,
  isShared: false,
  upload: undefined,
  waiting: undefined,
  since: 0,
  bytesWritten: 0,
  taken: 0,
  takenBefore: 0,
})

function countWaiting(connections: Connection[]): Partial<Record<Waiting, number>> {
  const counts: Partial<Record<Waiting, number>> = {}
  for (const { waiting } of connections) if (waiting) counts[waiting] = (counts[waiting] ?? 0) + 1
  return counts
}
