import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toErrorBody, tooBusy } from './app-error.ts'
import { hasBody } from './raw-headers.ts'
import { REQUEST_ID, requestIdOf } from './request-id.ts'
import type { TakeCounts } from './request-metrics.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { JSON_HEADERS } from './send-json.ts'

/** Whoever is let in should be answered within a second: so long those at work may take at the pace of the last moments. */
const WORK_MAX_MS = 150
/** So few may always be at work: however slow it is, there is nothing to be gained by refusing them. */
const WORKING_ALWAYS = 200
/** So many at most, and also as long as nobody knows how fast it is today. */
const WORKING_MAX = 2_000
/** A crowd that comes at once is served whole up to here: those who do not fit wait their turn. */
const CROWD_MAX = 1_000
const WAIT_MAX_MS = 4_000
/** It is no crowd but an overload when there come so many times more than are finished, for so long. */
const OVERLOAD = 2.5
const CROWD_MAX_MS = 700
/** In an overload whoever has waited so long is refused: who is served then is served in time. */
const OVERLOAD_WAIT_MAX_MS = 400

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
  const leave = () => {
    working--
    if (line.length() === 0) return
    if (pace.isOverloaded()) line.refuseLate(OVERLOAD_WAIT_MAX_MS)
    while (working < fitting && line.enterNext());
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

type Waiting = {
  request: IncomingMessage
  response: ServerResponse
  enter: RequestListener
  refuse: RequestListener
}

/** Those who wait to be let in, in the order in which they came. Nothing has been done for them yet. */
function createLine() {
  const waiting = new Map<Waiting, { sinceMs: number; timer: NodeJS.Timeout }>()
  const take = (who: Waiting) => {
    clearTimeout(waiting.get(who)?.timer)
    waiting.delete(who)
  }
  const turnAway = (who: Waiting) => {
    take(who)
    who.refuse(who.request, who.response)
  }
  return {
    length: () => waiting.size,
    stand(who: Waiting) {
      waiting.set(who, { sinceMs: performance.now(), timer: setTimeout(turnAway, WAIT_MAX_MS, who).unref() })
      who.response.once('close', () => take(who))
    },
    /** False when nobody waits. */
    enterNext(): boolean {
      const [who] = waiting.keys()
      if (!who) return false
      take(who)
      who.enter(who.request, who.response)
      return true
    },
    refuseLate(waitMaxMs: number) {
      const before = performance.now() - waitMaxMs
      for (const [who, { sinceMs }] of waiting) {
        if (sinceMs > before) break
        turnAway(who)
      }
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
  let offeredPerMs = 0
  let finished = 0
  let offered = 0
  let lookedAtMs = performance.now()
  let overloadedSinceMs: number | undefined
  return {
    count: () => void finished++,
    offer: () => void offered++,
    relieve() {
      overloadedSinceMs = undefined
    },
    isOverloaded: () =>
      overloadedSinceMs !== undefined && performance.now() - overloadedSinceMs > CROWD_MAX_MS,
    /** While few are inside, how many are finished says nothing: then it slowly trusts itself again. */
    look(isBusy: boolean): number {
      const elapsedMs = performance.now() - lookedAtMs
      if (elapsedMs < LOOK_EVERY_MS) return perMs
      const weight = Math.min(1, elapsedMs / REMEMBERED_MS)
      const expected = isBusy
        ? perMs + (finished / elapsedMs - perMs) * weight
        : (perMs + SLOWEST) * RECOVERY ** (elapsedMs / LOOK_EVERY_MS)
      perMs = Math.min(best, expected)
      offeredPerMs += (offered / elapsedMs - offeredPerMs) * weight
      const isTooMuch = offeredPerMs > OVERLOAD * (perMs + SLOWEST)
      overloadedSinceMs = isTooMuch ? (overloadedSinceMs ?? performance.now()) : undefined
      finished = 0
      offered = 0
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
