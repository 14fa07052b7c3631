import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { toErrorBody, tooBusy } from '#shared/errors/app-error.ts'
import type { TakeCounts } from '#shared/http/observability/request-metrics.ts'
import { REQUEST_ID, requestIdOf } from '#shared/http/requests/request-id.ts'
import { SECURITY_HEADERS } from '#shared/http/responses/security-headers.ts'
import { JSON_HEADERS } from '#shared/http/responses/send-json.ts'
import { createAdmissionQueue } from './admission-queue.ts'
import { createThroughputMeter } from './throughput-meter.ts'
import { countWork } from './work-counter.ts'

/** Target latency: as many requests are admitted as are finished in this time at the measured throughput. */
const WORK_MAX_MS = 150
/** Lower bound of the concurrency limit, however slow the process is. */
const WORKING_ALWAYS = 200
/** Upper bound of the concurrency limit, and its value until a throughput has been measured. */
const WORKING_MAX = 2_000
/** A burst of up to this size is queued instead of refused. */
const BURST_MAX = 1_000
/** Time that a request may be queued during an overload. */
const OVERLOAD_WAIT_MAX_MS = 400

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Never refused by load shedding, for the routes of operators. */
    isVital?: boolean
  }
}

export type LoadShedder = {
  /** Wraps the framework's listener: a refusal must cost far less than an answer. */
  before(listener: RequestListener): RequestListener
  /** Counts the requests in progress by hooks of `app`, without those that wait for their client (decision 0042). */
  countOn(app: FastifyInstance): void
  /** Requests refused, by method. */
  takeRefused: TakeCounts
}

/**
 * Load shedding with an adaptive concurrency limit. Requests beyond the limit are queued, and refused with 503 when the
 * queue is full or an overload lasts. `isDraining`: refusals then close the connection.
 */
export function createLoadShedder(workingMax = WORKING_MAX, isDraining = () => false): LoadShedder {
  const vital = new Set<string>()
  const throughput = createThroughputMeter(workingMax / WORK_MAX_MS)
  const refused = new Map<string, number>()
  const queue = createAdmissionQueue()
  let working = 0
  let limit = workingMax
  const refuseNow: RequestListener = (request, response) => {
    const { method = '' } = request
    refused.set(method, (refused.get(method) ?? 0) + 1)
    refuse(request, response, isDraining())
  }
  const updateLimit = () => {
    const perMs = throughput.update(working >= WORKING_ALWAYS / 2)
    limit = Math.min(workingMax, Math.max(WORKING_ALWAYS, perMs * WORK_MAX_MS))
    if (working + queue.length() < limit / 2) throughput.endOverload()
  }
  let isAdmitting = false
  const release = () => {
    working--
    // A request that is answered synchronously releases during the loop below.
    if (isAdmitting || queue.length() === 0) return
    isAdmitting = true
    if (throughput.isOverloaded()) queue.refuseOverdue(OVERLOAD_WAIT_MAX_MS)
    while (working < limit && queue.admitNext());
    isAdmitting = false
  }
  return {
    before: (listener) => (request, response) => {
      throughput.countArrived()
      updateLimit()
      const hasQueue = queue.length() > 0
      if ((working < limit && !hasQueue) || vital.has(pathOf(request.url))) return listener(request, response)
      const isFull = working + queue.length() >= Math.min(workingMax, Math.max(BURST_MAX, limit))
      if (isFull || throughput.isOverloaded()) return refuseNow(request, response)
      queue.add({ request, response, admit: listener, refuse: refuseNow })
    },
    countOn: (app) => {
      app.addHook('onRoute', ({ url, config }) => {
        if (config?.isVital) vital.add(url)
      })
      countWork(app, {
        begin: () => void working++,
        end(status) {
          // A 503 of an inner limit is quick and would distort the throughput.
          if (status !== 503) throughput.countFinished()
          release()
        },
        pause: release,
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

/** The path as the router compares it: without the query and a trailing slash. */
const pathOf = (url = '') => url.replace(/\/?(\?.*)?$/, '')
