import type { FastifyInstance } from 'fastify'
import type { Logger } from '#shared/telemetry/logger.ts'
import type { RefusalSample } from './refusal-sample.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Called by machines so often that a success is not worth a line at info. */
    isRoutine?: boolean
    /** Asked by machines whether it should be used: a no is an answer, not a failure. */
    isProbe?: boolean
  }
  interface FastifyRequest {
    /** What its line in the log says besides. */
    logDetails: object | undefined
    /** Whether it has a line, where that has been decided. */
    isLogged: boolean | undefined
    /** Whether it was answered with a no that is meant so. */
    isDeclined: boolean
  }
}

/**
 * One line a request: reads at debug, writes, refusals and what is declined at info, failures at error. Of many refusals in a second only
 * some have theirs. Queries may hold secrets and stay out.
 */
export function logRequests(app: FastifyInstance, refusals: RefusalSample): void {
  app.decorateRequest('logDetails', undefined)
  app.decorateRequest('isLogged', undefined)
  app.decorateRequest('isDeclined', false)
  app.addHook('onResponse', (request, reply, done) => {
    done()
    const { method, url, id, logDetails } = request
    const { isRoutine, isProbe } = request.routeOptions.config
    const log = request.log as Logger
    const status = reply.statusCode
    const isRead = method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
    const isQuiet = isRead || isRoutine
    const failed = request.isDeclined ? 'info' : 'error'
    const level = status >= 500 ? (isProbe ? 'warn' : failed) : isQuiet && status < 400 ? 'debug' : 'info'
    if (!log.isLevelEnabled(level)) return
    if (isRefusal(status) && !(request.isLogged ?? refusals.admit(status))) return
    const path = url.split('?', 1)[0]
    const ms = Math.round(reply.elapsedTime)
    log[level]({ request: id, method, path, status, ms, ...logDetails }, 'request')
  })
}

/** Who asked is told to ask otherwise, or later. */
export const isRefusal = (status: number): boolean => status === 503 || (status >= 400 && status < 500)
