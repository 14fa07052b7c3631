import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

/** A line to a database that can be paused like an unplugged cable (nothing is refused, nothing arrives) or cut. */
export type TcpProxy = {
  port: number
  pause(): void
  resume(): void
  /** Ends every connection; new ones are accepted again. */
  cut(): void
  connections(): number
  close(): Promise<void>
}

export async function startTcpProxy(target: NetConnectOpts): Promise<TcpProxy> {
  const pairs = new Set<[Socket, Socket]>()
  let isPaused = false
  const server = createServer((near) => {
    const far = connect(target)
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    for (const [from, to] of [pair, pair.toReversed() as [Socket, Socket]]) {
      from.on('data', (chunk) => to.write(chunk))
      from.on('error', () => {})
      // During a pause not even the end of a connection gets through.
      from.on('close', () => {
        if (!isPaused) to.destroy()
        if (from === near) pairs.delete(pair)
      })
    }
    if (isPaused) stopReading(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    pause() {
      isPaused = true
      for (const pair of pairs) stopReading(pair)
    },
    resume() {
      isPaused = false
      for (const [near, far] of pairs) {
        if (near.destroyed || far.destroyed) cutPair(near, far)
        else for (const socket of [near, far]) socket.resume()
      }
    },
    cut,
    connections: () => pairs.size,
    async close() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}

function stopReading(pair: [Socket, Socket]): void {
  for (const socket of pair) socket.pause()
}

function cutPair(near: Socket, far: Socket): void {
  near.destroy()
  far.destroy()
}
