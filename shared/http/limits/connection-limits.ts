import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Trust } from '#shared/http/requests/client-address.ts'
import { hasBody } from '#shared/http/requests/raw-headers.ts'
import { onceClosed } from '#shared/http/requests/response-close.ts'
import { networkOf } from '#shared/lib/address-blocks.ts'
import { type Connection, findExcess, type Waiting } from './connection-excess.ts'

const SWEEP_EVERY_MS = 1_000
/** Beyond either bound a sweep is made at once. */
const CONNECTIONS_MAX = 10_000
const BYTES_MAX = 64 * 1024 * 1024
const NEXT_SWEEP_MIN_MS = 100

export type ConnectionLimits = {
  log: FastifyBaseLogger
  /** Trusted proxies: their idle connections are not closed, and their requests count for the forwarded address. */
  trust: Trust
  /** False: only the totals are bounded. */
  isPerNetwork: boolean
}

/**
 * Bounds the connections that wait for their clients, by network and in total (decision 0042). Beyond a bound those that have
 * waited longest are closed. It works in sweeps, one a second, so that requests cost almost nothing; only a connection that
 * has waited since the previous sweep is closed.
 */
export function limitConnections(app: FastifyInstance, { log, trust, isPerNetwork }: ConnectionLimits): void {
  const connections = new Map<Socket, Connection>()
  let sweeps = 0
  let sweptAtMs = 0
  let heldBytes = 0

  const sweep = (urgent?: Waiting) => {
    sweptAtMs = performance.now()
    const excess = findExcess([...connections.values()], { sweep: ++sweeps, isPerNetwork, urgent })
    for (const { socket } of excess) socket.destroy()
    if (excess.length > 0) log.warn({ waiting: countWaiting(excess) }, 'slow connections closed')
  }
  const sweepNow = (urgent: Waiting) => {
    if (performance.now() - sweptAtMs >= NEXT_SWEEP_MIN_MS) sweep(urgent)
  }
  const releaseBytes = (connection: Connection) => {
    heldBytes -= connection.heldBytes
    connection.heldBytes = 0
  }
  const timer = setInterval(() => sweep(), SWEEP_EVERY_MS).unref()
  app.addHook('onClose', async () => clearInterval(timer))

  app.server.on('connection', (socket: Socket) => {
    const connection = beginConnection(socket, trust)
    connections.set(socket, connection)
    socket.once('close', () => {
      connections.delete(socket)
      // Pipelined answers that were not started get no `close` event.
      releaseBytes(connection)
    })
    if (connections.size > CONNECTIONS_MAX) sweepNow('head')
  })
  app.addHook('onRequest', (request, reply, done) => {
    const connection = connections.get(request.raw.socket)
    if (!connection) return done()
    if (connection.isProxy) connection.network = networkOf(request.ip)
    if (hasBody(request.raw)) connection.upload = request.raw
    connection.pending++
    onceClosed(reply.raw, () => {
      connection.completed++
      if (--connection.pending === 0) releaseBytes(connection)
    })
    done()
  })
  app.addHook('onSend', ({ raw }, _reply, payload, done) => {
    const connection = connections.get(raw.socket)
    const bytes = typeof payload === 'string' ? payload.length : 0
    if (connection && connection.pending > 0) {
      connection.isShared = Buffer.isBuffer(payload)
      connection.heldBytes += bytes
      heldBytes += bytes
      if (heldBytes > BYTES_MAX) sweepNow('answer')
    }
    done(null, payload)
  })
}

const beginConnection = (socket: Socket, trust: Trust): Connection => ({
  socket,
  network: networkOf(socket.remoteAddress ?? ''),
  isProxy: trust(socket.remoteAddress),
  pending: 0,
  heldBytes: 0,
  isShared: false,
  upload: undefined,
  waiting: undefined,
  since: 0,
  bytesWritten: 0,
  completed: 0,
  completedBefore: 0,
})

function countWaiting(connections: Connection[]): Partial<Record<Waiting, number>> {
  const counts: Partial<Record<Waiting, number>> = {}
  for (const { waiting } of connections) if (waiting) counts[waiting] = (counts[waiting] ?? 0) + 1
  return counts
}
