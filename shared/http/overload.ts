import type { FastifyInstance } from 'fastify'
import { unavailable } from './app-error.ts'

/**
 * More requests at once than this would only wait for each other: whoever comes on top is told to come back,
 * so that those inside are answered within a second. About one second's work of a process.
 */
const REQUESTS_MAX = 2_000

const overloaded = () =>
  unavailable('too_busy', 'Too many requests at once: please try again in a moment.', 1)

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered however busy it is: operators have to see what is going on. */
    isVital?: boolean
  }
}

export function shedLoad(app: FastifyInstance): void {
  let inside = 0
  const leave = () => {
    inside--
  }
  app.addHook('onRequest', (request, reply, done) => {
    const { isVital, isEventStream } = request.routeOptions.config
    if (inside >= REQUESTS_MAX && !isVital) return done(overloaded())
    // Streams have a limit of their own.
    if (isEventStream) return done()
    inside++
    reply.raw.once('close', leave)
    done()
  })
}
