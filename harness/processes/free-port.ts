import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections (Linux from 32768, others from 49152). A port from
 * among those may become the near end of somebody's connection before it is listened at, or while a service that
 * is to come back at it is down. Above 10080, which `fetch` refuses as a bad port.
 */
const PORTS = { min: 10_081, max: 32_000 }

/** A port of this machine at which nobody listens now, to listen at later, and again after a restart. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.min, PORTS.max)
    const probe = createServer().listen(port, '127.0.0.1')
    const isFree = await once(probe, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    probe.close()
    await once(probe, 'close')
    return port
  }
}
