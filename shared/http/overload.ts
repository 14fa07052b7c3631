import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toErrorBody, tooBusy } from './app-error.ts'
import { hasBody } from './raw-headers.ts'
import { REQUEST_ID, requestIdOf } from './request-id.ts'
import type { TakeCounts } from './request-metrics.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { JSON_HEADERS } from './send-json.ts'

/** Whoever is let in should be answered within a second: so long those inside may take at the pace of the last moments. */
const WAIT_MAX_MS = 150
/** So many may always be at work: a crowd that comes at once is served, however long it takes. */
const INSIDE_ALWAYS = 1_000
/** So many at most, and also as long as nobody knows how fast it is today. */
const INSIDE_MAX = 2_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered however busy it is: operators have to see what is going on. */
    isVital?: boolean
  }
  interface FastifyRequest {
    isAtWork: boolean
  }
}

export type LoadShedder = {
  /** Refuses before the framework is asked, because refusing must cost little when there is much to refuse. */
  before(listener: RequestListener): RequestListener
  /** Counts what is at work: never a request whose body is awaited, never an answer that is being taken. */
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
    countOn: (app) => {
      app.addHook('onRoute', ({ url, config }) => {
        if (config?.isVital) vital.add(url)
      })
      countWork(app, {
        begin: () => void inside++,
        end(status) {
          inside--
          // Turning somebody away further inside is quick, and no measure of the work.
          if (status !== 503) pace.count()
        },
        pause: () => void inside--,
      })
    },
    takeRefused() {
      const taken = [...refused]
      refused.clear()
      return taken
    },
  }
}

type Counter = { begin(): void; pause(): void; end(status: number): void }

/** A handler whose client has left goes on; one that never answers is given up after so long. */
const LEFT_MAX_MS = 30_000

/**
 * Work is what is done before the body is asked for (who is it?) and from when the body is there until there is an
 * answer. In between the client is waited for, and afterwards: who is slow then is bounded in `connection-limits.ts`.
 */
function countWork(app: FastifyInstance, counter: Counter): void {
  app.decorateRequest('isAtWork', false)
  const begin = (request: FastifyRequest) => {
    if (!isCounted(request)) return
    request.isAtWork = true
    counter.begin()
  }
  const end = (request: FastifyRequest, status: number) => {
    if (!request.isAtWork) return
    request.isAtWork = false
    counter.end(status)
  }
  app.addHook('onRequest', (request, reply, done) => {
    begin(request)
    reply.raw.once('close', () => {
      if (request.isAtWork) setTimeout(end, LEFT_MAX_MS, request, 503).unref()
    })
    done()
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (request.isAtWork && !request.raw.complete && hasBody(request.raw)) {
      request.isAtWork = false
      counter.pause()
    }
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (!request.isAtWork) begin(request)
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    end(request, reply.statusCode)
    done(null, payload)
  })
}

/** Streams have a limit of their own, and files are read by the system. */
const isCounted = ({ routeOptions: { url = '', config } }: FastifyRequest) =>
  !config.isEventStream && !url.endsWith('*') && !url.startsWith('/docs')

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
