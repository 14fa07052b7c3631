import type { FastifyInstance } from 'fastify'
import type { Logger } from '#shared/telemetry/logger.ts'
import type { RefusalSample } from './refusal-sample.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A frequent call by machines: a success is logged at debug. */
    isRoutine?: boolean
    /** A readiness probe: its 503 is logged at warn instead of error. */
    isProbe?: boolean
  }
  interface FastifyRequest {
    /** Additional fields of its log line. */
    logDetails: object | undefined
    /** Whether it is logged; undefined until the refusal sample has decided. */
    isLogged: boolean | undefined
    /** Whether it was answered with an intended 503 (`declined`). */
    isDeclined: boolean
  }
}

/**
 * Logs one line a request: reads at debug; writes, refusals and declined requests at info; failures at error. Refusals are
 * sampled. Queries are left out, since they may hold secrets.
 */
export function logRequests(app: FastifyInstance, log: Logger, refusals: RefusalSample): void {
  app.decorateRequest('logDetails', undefined)
  app.decorateRequest('isLogged', undefined)
  app.decorateRequest('isDeclined', false)
  app.addHook('onResponse', (request, reply, done) => {
    done()
    const { method, url, id, logDetails } = request
    const { isRoutine, isProbe } = request.routeOptions.config
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

/** Whether the client was told to change the request or to repeat it later. */
export const isRefusal = (status: number): boolean => status === 503 || (status >= 400 && status < 500)
