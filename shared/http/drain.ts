import type { FastifyInstance } from 'fastify'

/** A server that is about to go: it serves on, and every answer is the last one of its connection. */
export type Drain = {
  hasBegun(): boolean
  begin(): void
  /** Called once, when it begins. */
  onBegin(work: () => void): void
}

declare module 'fastify' {
  interface FastifyInstance {
    drain: Drain
  }
}

/** How long connections are given to send what they have begun; long enough for what a busy process has not read yet. */
const LAST_REQUESTS_MAX_MS = 1_000
const LOOK_EVERY_MS = 25

export function createDrain(): Drain {
  const work: (() => void)[] = []
  let hasBegun = false
  return {
    hasBegun: () => hasBegun,
    onBegin: (each) => void work.push(each),
    begin() {
      hasBegun = true
      for (const each of work.splice(0)) each()
    },
  }
}

/** Call before anything that may answer by itself. */
export function sayWhichAnswerIsLast(app: FastifyInstance, drain: Drain): void {
  app.addHook('onRequest', (_request, reply, done) => {
    if (drain.hasBegun()) reply.header('connection', 'close')
    done()
  })
}

/**
 * When the app closes, requests on open connections are still served. Only then does the server close: it cuts off
 * connections that look idle at once, also those whose next request has arrived and was only not read yet.
 */
export function drainOnClose(app: FastifyInstance, drain = createDrain()): void {
  app.decorate('drain', drain)
  app.addHook('preClose', (done) => {
    drain.begin()
    if (!app.server.listening) return done()
    const beganAt = performance.now()
    const timer = setInterval(() => {
      app.server.getConnections((_error, count) => {
        if (count > 0 && performance.now() - beganAt < LAST_REQUESTS_MAX_MS) return
        clearInterval(timer)
        done()
      })
    }, LOOK_EVERY_MS)
  })
}
