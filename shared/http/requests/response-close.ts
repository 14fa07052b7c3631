import type { ServerResponse } from 'node:http'

const LISTENERS = Symbol('listeners for close')

type Listened = ServerResponse & { [LISTENERS]?: (() => void)[] }

/**
 * Calls `listener` once when the response closes; never when it has closed already. All listeners share one of Node's, because the
 * hooks of a stream add about ten to each response, and Node takes more than ten for a leak.
 */
export function onceClosed(response: ServerResponse, listener: () => void): void {
  const owner: Listened = response
  if (owner[LISTENERS]) return void owner[LISTENERS].push(listener)
  const listeners = [listener]
  owner[LISTENERS] = listeners
  response.once('close', () => {
    for (const each of listeners.splice(0)) each()
  })
}
