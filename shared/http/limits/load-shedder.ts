import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { toErrorBody, tooBusy } from '#shared/errors/app-error.ts'
import type { TakeCounts } from '#shared/http/observability/request-metrics.ts'
import { REQUEST_ID, requestIdOf } from '#shared/http/requests/request-id.ts'
import { SECURITY_HEADERS } from '#shared/http/responses/security-headers.ts'
import { JSON_HEADERS } from '#shared/http/responses/send-json.ts'
import { createLine } from './admission-queue.ts'
import { createPace } from './pace.ts'
import { countWork } from './work-counter.ts'

/** Whoever is let in should be answered within a second: so long those at work may take at the pace of the last moments. */
const WORK_MAX_MS = 150
/** So few may always be at work: however slow it is, there is nothing to be gained by refusing them. */
const WORKING_ALWAYS = 200
/** So many at most, and also as long as nobody knows how fast it is today. */
const WORKING_MAX = 2_000
/** A crowd that comes at once is served whole up to here: those who do not fit wait their turn. */
const CROWD_MAX = 1_000
/** In an overload whoever has waited so long is refused: who is served then is served in time. */
const OVERLOAD_WAIT_MAX_MS = 400

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered however busy it is: operators have to see what is going on. */
    isVital?: boolean
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
export function createLoadShedder(workingMax = WORKING_MAX, isDraining = () => false): LoadShedder {
  const vital = new Set<string>()
  const pace = createPace(workingMax / WORK_MAX_MS)
  const refused = new Map<string, number>()
  const line = createLine()
  let working = 0
  let fitting = workingMax
  const refuseNow: RequestListener = (request, response) => {
    const { method = '' } = request
    refused.set(method, (refused.get(method) ?? 0) + 1)
    refuse(request, response, isDraining())
  }
  const look = () => {
    const perMs = pace.look(working >= WORKING_ALWAYS / 2)
    fitting = Math.min(workingMax, Math.max(WORKING_ALWAYS, perMs * WORK_MAX_MS))
    if (working + line.length() < fitting / 2) pace.relieve()
  }
  let isEntering = false
  const leave = () => {
    working--
    // One that is answered at once leaves while the next ones are being let in.
    if (isEntering || line.length() === 0) return
    isEntering = true
    if (pace.isOverloaded()) line.refuseLate(OVERLOAD_WAIT_MAX_MS)
    while (working < fitting && line.enterNext());
    isEntering = false
  }
  return {
    before: (listener) => (request, response) => {
      pace.offer()
      look()
      const isWaited = line.length() > 0
      if ((working < fitting && !isWaited) || vital.has(pathOf(request.url)))
        return listener(request, response)
      const isFull = working + line.length() >= Math.min(workingMax, Math.max(CROWD_MAX, fitting))
      if (isFull || pace.isOverloaded()) return refuseNow(request, response)
      line.stand({ request, response, enter: listener, refuse: refuseNow })
    },
    countOn: (app) => {
      app.addHook('onRoute', ({ url, config }) => {
        if (config?.isVital) vital.add(url)
      })
      countWork(app, {
        begin: () => void working++,
        end(status) {
          // Turning somebody away further inside is quick, and no measure of the work.
          if (status !== 503) pace.count()
          leave()
        },
        pause: leave,
      })
    },
    takeRefused() {
      const taken = [...refused]
      refused.clear()
      return taken
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
