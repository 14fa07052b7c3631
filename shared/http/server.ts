import { createServer as createHttpServer } from 'node:http'
import cors from '@fastify/cors'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Registry } from 'prom-client'
import { measureProcess } from '#shared/telemetry/process-metrics.ts'
import type { App, TypeBoxTypeProvider } from './app.ts'
import { createDrain, drainOnClose, sayWhichAnswerIsLast } from './drain.ts'
import { limitConnections } from './limits/connection-limits.ts'
import { createLoadShedder } from './limits/load-shedder.ts'
import { oneAtATime } from './limits/one-at-a-time.ts'
import { closeSlowReaders } from './limits/slow-readers.ts'
import { createRefusalSample } from './observability/refusal-sample.ts'
import { followRequests } from './observability/request-context.ts'
import { logRequests } from './observability/request-log.ts'
import { measureRequests } from './observability/request-metrics.ts'
import { createTrust, readForwardedAddresses } from './requests/client-address.ts'
import { acceptJsonBodies } from './requests/json-body.ts'
import { createLocalHosts, refuseForeignHosts } from './requests/local-hosts.ts'
import { acceptMissingBodies } from './requests/optional-body.ts'
import { REQUEST_ID, requestIdOf } from './requests/request-id.ts'
import { refuseAmbiguousRequests } from './requests/strict-requests.ts'
import { validateRequests } from './requests/validation.ts'
import { answerFrameworkErrors, handleErrors, type SendPage } from './responses/error-handler.ts'
import { answerUnknownRoutes } from './responses/not-found.ts'
import { sendSecurityHeaders } from './responses/security-headers.ts'
import { answerUnreadableRequest } from './responses/unreadable-requests.ts'
import { serveEventStreams } from './streams/event-stream.ts'

export type ServerOptions = {
  log: FastifyBaseLogger
  /** `http://localhost:*` stands for every port, `*` alone for everybody. */
  corsOrigins: string[]
  trustProxy: string[]
  /** Whether one person and one address may have only so much at once. False only for load tests, whose clients all have one address. */
  authRateLimit?: boolean
  /** Answers only to names of this machine and its network, and to that of `publicUrl`. */
  isLocalOnly?: boolean
  publicUrl?: string | undefined
  /** For browsers that ask for a page by an address that cannot be read. */
  sendPage?: SendPage | undefined
  /** Where figures about requests and the process are kept. */
  registry?: Registry
}

const BODY_MAX_BYTES = 64 * 1024
const REQUEST_MAX_MS = 8_000
const HEADERS_MAX_MS = 6_000
const HTTP_OPTIONS = {
  requestTimeout: REQUEST_MAX_MS,
  headersTimeout: HEADERS_MAX_MS,
  keepAliveTimeout: 65_000,
  // Node looks for overdue connections only at this interval; its default of 30 s would let slow clients stay.
  connectionsCheckingInterval: 1_000,
}

/** A Fastify server with everything both services share: limits, errors, headers, validation, one log line a request. */
export async function createServer(options: ServerOptions): Promise<App> {
  const { log, corsOrigins, trustProxy, authRateLimit = true, registry } = options
  const isKnownHost = options.isLocalOnly ? createLocalHosts(options.publicUrl) : () => true
  const trust = createTrust(trustProxy)
  const drain = createDrain()
  const shedder = createLoadShedder(undefined, drain.hasBegun)
  const app: App = Fastify({
    loggerInstance: log,
    genReqId: requestIdOf,
    // A logger for each request would cost more than all else that is done for it; lines name the request instead.
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_MAX_BYTES,
    serverFactory: (listener) => createHttpServer(HTTP_OPTIONS, oneAtATime(shedder.before(listener))),
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: trustProxy.length > 0 ? trust : false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    frameworkErrors: answerFrameworkErrors(options.sendPage),
    clientErrorHandler: answerUnreadableRequest,
  }).withTypeProvider<TypeBoxTypeProvider>()
  // Node would answer an `Expect` that it does not know with an empty 417; it may as well be ignored.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  if (trustProxy.length > 0) readForwardedAddresses(app)
  const streamsOpen = serveEventStreams(
    app,
    options.authRateLimit === false ? { perAccountMax: 0, perAddressMax: 0 } : {},
  )
  app.decorate('answeredBeside', [])
  app.decorateReply('recall', undefined)
  if (registry) {
    measureRequests(app, registry, { refused: shedder.takeRefused, streamsOpen })
    const { stop } = measureProcess(registry)
    app.addHook('onClose', async () => stop())
  }
  closeSlowReaders(app)
  limitConnections(app, { log, trust, isPerNetwork: authRateLimit })
  followRequests(app)
  sayWhichAnswerIsLast(app, drain)
  // Before anything that may answer by itself, as CORS does to a browser's question in advance.
  sendSecurityHeaders(app)
  if (options.isLocalOnly) refuseForeignHosts(app, isKnownHost)
  const anyOrigin = corsOrigins.includes('*')
  await app.register(cors, {
    origin: anyOrigin ? '*' : corsOrigins.map(toOrigin),
    credentials: false,
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['Retry-After', REQUEST_ID],
    maxAge: 600,
  })
  drainOnClose(app, drain)
  shedder.countOn(app)
  refuseAmbiguousRequests(app)
  acceptJsonBodies(app)
  acceptMissingBodies(app)
  validateRequests(app)
  const refusals = createRefusalSample(log)
  handleErrors(app, refusals)
  answerUnknownRoutes(app)
  logRequests(app, refusals)
  return app
}

/** As CORS compares it: text as it is, any port as a pattern. */
function toOrigin(origin: string): string | RegExp {
  if (!origin.endsWith(':*')) return origin
  return new RegExp(`^${RegExp.escape(origin.slice(0, -2))}(:\\d{1,5})?$`)
}
