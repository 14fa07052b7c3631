import type { FastifyInstance } from 'fastify'

/** State of a drain: the server still serves, and closes each connection after its next answer (decision 0037). */
export type Drain = {
  hasBegun(): boolean
  begin(): void
  /** Calls `listener` once, when the drain begins. */
  onBegin(listener: () => void): void
}

declare module 'fastify' {
  interface FastifyInstance {
    drain: Drain
  }
}

/** Time for requests that were sent before the drain; a busy process may not have read them yet. */
const LAST_REQUESTS_MAX_MS = 1_000
/** Behind a balancer: longer than the two seconds for which it keeps idle connections, so that it closes them itself. */
const BALANCER_IDLE_MAX_MS = 2_500
const POLL_MS = 25

export function createDrain(): Drain {
  const listeners: (() => void)[] = []
  let hasBegun = false
  return {
    hasBegun: () => hasBegun,
    onBegin: (listener) => void listeners.push(listener),
    begin() {
      hasBegun = true
      for (const listener of listeners.splice(0)) listener()
    },
  }
}

/** Call before other hooks that may answer a request. */
export function setConnectionCloseWhileDraining(app: FastifyInstance, drain: Drain): void {
  app.addHook('onRequest', (_request, reply, done) => {
    if (drain.hasBegun()) reply.header('connection', 'close')
    done()
  })
}

/**
 * Delays the close of the server until its connections are gone, at most a second, or two and a half behind a balancer: Node's
 * `close` cuts off idle connections at once, including those whose next request has arrived and was not read yet.
 */
export function drainOnClose(
  app: FastifyInstance,
  drain = createDrain(),
  { isBalanced = false }: { isBalanced?: boolean } = {},
): void {
  const maxMs = isBalanced ? BALANCER_IDLE_MAX_MS : LAST_REQUESTS_MAX_MS
  app.decorate('drain', drain)
  app.addHook('preClose', (done) => {
    drain.begin()
    if (!app.server.listening) return done()
    const beganAt = performance.now()
    const timer = setInterval(() => {
      app.server.getConnections((_error, count) => {
        if (count > 0 && performance.now() - beganAt < maxMs) return
        clearInterval(timer)
        done()
      })
    }, POLL_MS)
  })
}
