import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { toErrorBody, tooBusy } from './app-error.ts'
import { REQUEST_ID, requestIdOf } from './request-id.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { JSON_HEADERS } from './send-json.ts'

/**
 * More requests at once than this would only wait for each other: whoever comes on top is told to come back,
 * so that those inside are answered within a second. About one second's work of a process.
 */
const REQUESTS_MAX = 2_000
/** The same for a process that does not even get round to reading what has arrived. */
const REQUESTS_MAX_WHEN_LATE = 200
const LATE_MS = 250
const LOOK_EVERY_MS = 50

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered however busy it is: operators have to see what is going on. */
    isVital?: boolean
  }
}

export type LoadShedder = {
  /** Refuses before the framework is asked, because refusing must cost little when there is much to refuse. */
  before(listener: RequestListener): RequestListener
  /** Counts those that were let in. */
  countOn(app: FastifyInstance): void
}

/** `isDraining`: whoever is refused then shall not come back on this connection. */
export function createLoadShedder(requestsMax = REQUESTS_MAX, isDraining = () => false): LoadShedder {
  const vital = new Set<string>()
  let inside = 0
  let isLate = false
  const leave = () => {
    inside--
  }
  return {
    before: (listener) => (request, response) => {
      const isTooMuch = inside >= (isLate ? Math.min(REQUESTS_MAX_WHEN_LATE, requestsMax) : requestsMax)
      if (isTooMuch && !vital.has(pathOf(request.url))) return refuse(request, response, isDraining())
      listener(request, response)
    },
    countOn(app) {
      app.addHook('onRoute', ({ url, config }) => {
        if (config?.isVital) vital.add(url)
      })
      app.addHook('onRequest', (request, reply, done) => {
        // Streams have a limit of their own.
        if (request.routeOptions.config.isEventStream) return done()
        inside++
        reply.raw.once('close', leave)
        done()
      })
      let lookedAtMs = performance.now()
      const timer = setInterval(() => {
        const nowMs = performance.now()
        isLate = nowMs - lookedAtMs > LOOK_EVERY_MS + LATE_MS
        lookedAtMs = nowMs
      }, LOOK_EVERY_MS).unref()
      app.addHook('onClose', async () => clearInterval(timer))
    },
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, isLast: boolean): void {
  const error = tooBusy()
  response.writeHead(error.status, {
    ...SECURITY_HEADERS,
    ...JSON_HEADERS,
    ...error.headers,
    [REQUEST_ID]: requestIdOf(request),
    ...(isLast && { connection: 'close' }),
  })
  response.end(JSON.stringify(toErrorBody(error)))
}

/** As the router sees it: without a query, and without a slash at its end. */
const pathOf = (url = '') => url.replace(/\/?(\?.*)?$/, '')
