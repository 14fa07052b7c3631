import type { FastifyInstance } from 'fastify'

/** How long connections are given to send what they have begun; long enough for what a busy process has not read yet. */
const DRAIN_MAX_MS = 1_000
const LOOK_EVERY_MS = 25

/**
 * When the app closes, requests on open connections are still served, and told to be the last ones (Fastify adds
 * `Connection: close`). Only then does the server close: it cuts off connections that look idle at once, also those
 * whose next request has arrived and was only not read yet.
 */
export function drainOnClose(app: FastifyInstance): void {
  app.addHook('preClose', (done) => {
    if (!app.server.listening) return done()
    const beganAt = performance.now()
    const timer = setInterval(() => {
      app.server.getConnections((_error, count) => {
        if (count > 0 && performance.now() - beganAt < DRAIN_MAX_MS) return
        clearInterval(timer)
        done()
      })
    }, LOOK_EVERY_MS)
  })
}
