import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { toErrorBody, tooBusy } from './app-error.ts'
import { REQUEST_ID, requestIdOf } from './request-id.ts'
import type { TakeCounts } from './request-metrics.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { JSON_HEADERS } from './send-json.ts'

/** Whoever is let in should be answered within a second: so long those inside may take at the pace of the last moments. */
const WAIT_MAX_MS = 150
/** So many may always come in: however slow it is, there is nothing to be gained by refusing a few. */
const INSIDE_ALWAYS = 200
/** So many at most, and also as long as nobody knows how fast it is today. */
const INSIDE_MAX = 2_000

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
  /** Requests refused, by method. */
  takeRefused: TakeCounts
}

/** `isDraining`: whoever is refused then shall not come back on this connection. */
export function createLoadShedder(insideMax = INSIDE_MAX, isDraining = () => false): LoadShedder {
  const vital = new Set<string>()
  const pace = createPace(insideMax / WAIT_MAX_MS)
  const refused = new Map<string, number>()
  let inside = 0
  const hasRoom = () => {
    const fitting = pace.look(inside >= INSIDE_ALWAYS / 2) * WAIT_MAX_MS
    return inside < Math.min(insideMax, Math.max(INSIDE_ALWAYS, fitting))
  }
  return {
    before: (listener) => (request, response) => {
      if (hasRoom() || vital.has(pathOf(request.url))) return listener(request, response)
      const { method = '' } = request
      refused.set(method, (refused.get(method) ?? 0) + 1)
      refuse(request, response, isDraining())
    },
    countOn(app) {
      app.addHook('onRoute', ({ url, config }) => {
        if (config?.isVital) vital.add(url)
      })
      app.addHook('onRequest', (request, reply, done) => {
        // Streams have a limit of their own.
        if (request.routeOptions.config.isEventStream) return done()
        inside++
        reply.raw.once('close', () => {
          inside--
          // Turning somebody away further inside is quick, and no measure of the work.
          if (reply.raw.statusCode !== 503) pace.count()
        })
        done()
      })
    },
    takeRefused() {
      const taken = [...refused]
      refused.clear()
      return taken
    },
  }
}

const LOOK_EVERY_MS = 50
/** Over so long the pace is averaged. */
const REMEMBERED_MS = 250
/** How much faster it is taken to be with each look at a process that has little to do, and from where on. */
const RECOVERY = 1.25
const SLOWEST = 0.01

/**
 * How many requests are finished each millisecond, at most `best`. It looks at the clock when somebody comes, not by a
 * timer: a process that is kept busy by what arrives does not get round to its timers for seconds.
 */
function createPace(best: number) {
  let perMs = best
  let finished = 0
  let lookedAtMs = performance.now()
  return {
    count() {
      finished++
    },
    /** While few are inside, how many are finished says nothing: then it slowly trusts itself again. */
    look(isBusy: boolean): number {
      const elapsedMs = performance.now() - lookedAtMs
      if (elapsedMs < LOOK_EVERY_MS) return perMs
      const weight = Math.min(1, elapsedMs / REMEMBERED_MS)
      const expected = isBusy
        ? perMs + (finished / elapsedMs - perMs) * weight
        : (perMs + SLOWEST) * RECOVERY ** (elapsedMs / LOOK_EVERY_MS)
      perMs = Math.min(best, expected)
      finished = 0
      lookedAtMs += elapsedMs
      return perMs
    },
  }
}

const REFUSAL = tooBusy()
const REFUSAL_BODY = JSON.stringify(toErrorBody(REFUSAL))
const REFUSAL_HEAD = Object.entries({
  ...SECURITY_HEADERS,
  ...JSON_HEADERS,
  ...REFUSAL.headers,
  'content-length': String(Buffer.byteLength(REFUSAL_BODY)),
}).flat()

function refuse(request: IncomingMessage, response: ServerResponse, isLast: boolean): void {
  const own = [REQUEST_ID, requestIdOf(request), ...(isLast ? ['connection', 'close'] : [])]
  response.writeHead(REFUSAL.status, [...REFUSAL_HEAD, ...own])
  response.end(REFUSAL_BODY)
}

/** As the router sees it: without a query, and without a slash at its end. */
const pathOf = (url = '') => url.replace(/\/?(\?.*)?$/, '')
