import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { onceClosed } from '#shared/http/requests/response-close.ts'

/** Returns the counts since the previous call, by route or by method. */
export type TakeCounts = () => [label: string, count: number][]

/** Counts of answers that bypass the hooks. */
type Beside = { refused: TakeCounts; streamsOpen: () => number }

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts, by route, of answers that are given without the framework. */
    countsBesideHooks: TakeCounts[]
  }
}

/** Labels of requests without a route, whose URLs would be an unbounded number of labels. */
const NO_ROUTE = 'unknown'
const REFUSED = 'overload'

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Measures rate, errors and duration by route. Streams, exports and files are counted without a duration, which depends on
 * the client. Call before other hooks that may answer a request.
 */
export function measureRequests(app: FastifyInstance, registry: Registry, beside: Beside): void {
  const registers = [registry]
  const labelNames = ['method', 'route', 'status'] as const
  const requests = new Counter({
    name: 'stillpoint_http_requests_total',
    help: 'Requests by route and class of status; aborted: the client left before, declined: 503 that is meant so; route overload was refused, unknown has none.',
    labelNames,
    registers,
    collect() {
      for (const [method, count] of beside.refused())
        this.inc({ method, route: REFUSED, status: '5xx' }, count)
      for (const [route, count] of app.countsBesideHooks.flatMap((take) => take())) {
        this.inc({ method: 'GET', route, status: '2xx' }, count)
        ready.inc({ route }, count)
      }
    },
  })
  const ready = new Counter({
    name: 'stillpoint_http_ready_answers_total',
    help: 'Those of the requests whose answer lay ready and was given before the framework was asked.',
    labelNames: ['route'],
    registers,
  })
  const durations = new Histogram({
    name: 'stillpoint_http_request_duration_seconds',
    help: 'From request to answer, without those that were refused or lay ready, and without streams, exports and files.',
    labelNames,
    buckets: BUCKETS_SECONDS,
    registers,
  })
  // Initialised to 0 so that rate() sees the first increment.
  requests.inc({ method: 'GET', route: REFUSED, status: '5xx' }, 0)
  new Gauge({
    name: 'stillpoint_http_streams_open',
    help: 'Clients that listen for server-sent events.',
    registers,
    collect() {
      this.set(beside.streamsOpen())
    },
  })
  // On `close` and not `finish`, which requests whose client has left never emit.
  app.addHook('onRequest', (request, reply, done) => {
    onceClosed(reply.raw, () => {
      const labels = { method: request.method, route: routeOf(request), status: statusOf(request, reply.raw) }
      requests.inc(labels)
      if (isTimed(request, reply)) durations.observe(labels, reply.elapsedTime / 1_000)
    })
    done()
  })
}

const routeOf = ({ routeOptions }: FastifyRequest) => routeOptions.url ?? NO_ROUTE

function statusOf({ isDeclined }: FastifyRequest, { headersSent, statusCode }: ServerResponse): string {
  if (!headersSent) return 'aborted'
  return isDeclined ? 'declined' : `${Math.floor(statusCode / 100)}xx`
}

function isTimed({ routeOptions: { config } }: FastifyRequest, reply: FastifyReply): boolean {
  if (reply.statusCode >= 400) return true
  if (config.isEventStream || config.isFile) return false
  return !config.isExport || String(reply.getHeader('content-type')).startsWith('application/json')
}
