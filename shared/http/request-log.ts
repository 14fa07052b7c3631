import type { FastifyInstance } from 'fastify'
import type { Logger } from '#shared/lib/logger.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Called by machines so often that a success is not worth a line at info. */
    isRoutine?: boolean
  }
}

/** One line a request: reads at debug, writes and refusals at info, failures at error. Queries may hold secrets and stay out. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    done()
    const { method, url, id } = request
    const log = request.log as Logger
    const status = reply.statusCode
    const isRead = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
    const isQuiet = isRead || request.routeOptions.config.isRoutine
    const level = status >= 500 ? 'error' : isQuiet && status < 400 ? 'debug' : 'info'
    if (!log.isLevelEnabled(level)) return
    const path = url.split('?', 1)[0]
    log[level]({ request: id, method, path, status, ms: Math.round(reply.elapsedTime) }, 'request')
  })
}
