import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

/** A line to a database that can be paused like an unplugged cable (nothing is refused, nothing arrives) or cut. */
export type TcpProxy = {
  port: number
  pause(): void
  resume(): void
  /** Ends every connection; new ones are accepted again. */
  cut(): void
  close(): Promise<void>
}

export async function startTcpProxy(target: NetConnectOpts): Promise<TcpProxy> {
  const pairs = new Set<[near: Socket, far: Socket]>()
  let isPaused = false
  const server = createServer((near) => {
    const pair: [Socket, Socket] = [near, connect(target)]
    pairs.add(pair)
    for (const [from, to] of [pair, pair.toReversed() as typeof pair]) {
      from.on('data', (chunk) => to.write(chunk)).on('error', () => {})
      // During a pause not even the end of a connection gets through.
      from.on('close', () => {
        if (!isPaused) to.destroy()
        if (from === near) pairs.delete(pair)
      })
      if (isPaused) from.pause()
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of [...pairs].flat()) socket.destroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    pause() {
      isPaused = true
      for (const socket of [...pairs].flat()) socket.pause()
    },
    resume() {
      isPaused = false
      for (const pair of pairs) {
        const isBroken = pair.some((socket) => socket.destroyed)
        for (const socket of pair) isBroken ? socket.destroy() : socket.resume()
      }
    },
    cut,
    async close() {
      server.close()
      cut()
      await once(server, 'close')
    },
  }
}
