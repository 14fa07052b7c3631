import { createServer as createHttpServer } from 'node:http'
import cors from '@fastify/cors'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Registry } from 'prom-client'
import type { Logger } from '#shared/telemetry/logger.ts'
import { measureProcess } from '#shared/telemetry/process-metrics.ts'
import type { App, TypeBoxTypeProvider } from './app.ts'
import { createDrain, drainOnClose, setConnectionCloseWhileDraining } from './drain.ts'
import { limitConnections } from './limits/connection-limits.ts'
import { createLoadShedder } from './limits/load-shedder.ts'
import { oneAtATime } from './limits/one-at-a-time.ts'
import { closeSlowReaders } from './limits/slow-readers.ts'
import { createRefusalSample } from './observability/refusal-sample.ts'
import { trackRequestContext } from './observability/request-context.ts'
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
import { answerOptions, answerUnknownRoutes, collectMethods } from './responses/not-found.ts'
import { sendSecurityHeaders } from './responses/security-headers.ts'
import { answerUnreadableRequest } from './responses/unreadable-requests.ts'
import { serveEventStreams } from './streams/event-stream.ts'

export type ServerOptions = {
  log: Logger
  /** `http://localhost:*` stands for every port, `*` alone for every origin. */
  corsOrigins: string[]
  trustProxy: string[]
  /** Limits by account and by address. False only for load tests, whose clients all have one address. */
  authRateLimit?: boolean
  /** More than 0 behind a balancer, which learns of the stop before connections end. */
  drainSeconds?: number
  /** Answers only requests whose Host is this machine or that of `publicUrl`. */
  isLocalOnly?: boolean
  publicUrl?: string | undefined
  /** Answers browsers that ask for a page by a URL that cannot be decoded. */
  sendPage?: SendPage | undefined
  /** Registers the metrics of requests and the process there. */
  registry?: Registry
}

const BODY_MAX_BYTES = 64 * 1024
const REQUEST_MAX_MS = 8_000
const HEADERS_MAX_MS = 6_000
const HTTP_OPTIONS = {
  requestTimeout: REQUEST_MAX_MS,
  headersTimeout: HEADERS_MAX_MS,
  keepAliveTimeout: 65_000,
  // Node enforces the two timeouts above only at this interval, by default every 30 s.
  connectionsCheckingInterval: 1_000,
}

/** A Fastify server with what both services share: limits, errors, headers, validation, metrics and log. It does not listen yet. */
export async function createServer(options: ServerOptions): Promise<App> {
  const { log, corsOrigins, trustProxy, authRateLimit = true, drainSeconds = 0, registry } = options
  // Otherwise the type of the app depends on the logger's.
  const loggerInstance: FastifyBaseLogger = log
  const isKnownHost = options.isLocalOnly ? createLocalHosts(options.publicUrl) : () => true
  const trust = createTrust(trustProxy)
  const drain = createDrain()
  const shedder = createLoadShedder(undefined, drain.hasBegun)
  const app: App = Fastify({
    loggerInstance,
    genReqId: requestIdOf,
    // A child logger for each request would cost more than the rest of the request; the id is a field of each line instead.
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
  // Ignores an unknown `Expect`, which Node would answer with an empty 417.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))

  if (trustProxy.length > 0) readForwardedAddresses(app)
  const streamsOpen = serveEventStreams(
    app,
    options.authRateLimit === false ? { perAccountMax: 0, perAddressMax: 0 } : {},
  )
  app.decorate('countsBesideHooks', [])
  app.decorateReply('recall', undefined)
  if (registry) {
    measureRequests(app, registry, { refused: shedder.takeRefused, streamsOpen })
    const { stop } = measureProcess(registry)
    app.addHook('onClose', async () => stop())
  }
  closeSlowReaders(app)
  limitConnections(app, { log, trust, isPerNetwork: authRateLimit })
  trackRequestContext(app)
  setConnectionCloseWhileDraining(app, drain)
  // Before hooks that may answer, as those for OPTIONS do.
  sendSecurityHeaders(app)
  if (options.isLocalOnly) refuseForeignHosts(app, isKnownHost)
  const methodsOf = collectMethods(app)
  answerOptions(app, methodsOf)
  const anyOrigin = corsOrigins.includes('*')
  await app.register(cors, {
    origin: anyOrigin ? '*' : corsOrigins.map(toOrigin),
    credentials: false,
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['Retry-After', REQUEST_ID],
    maxAge: 600,
  })
  drainOnClose(app, drain, { isBalanced: drainSeconds > 0 })
  shedder.countOn(app)
  refuseAmbiguousRequests(app)
  acceptJsonBodies(app)
  acceptMissingBodies(app)
  validateRequests(app)
  const refusals = createRefusalSample(log)
  handleErrors(app, refusals)
  answerUnknownRoutes(app, methodsOf)
  logRequests(app, log, refusals)
  return app
}

/** For the CORS plugin, which compares a text exactly and a pattern by matching. */
function toOrigin(origin: string): string | RegExp {
  if (!origin.endsWith(':*')) return origin
  return new RegExp(`^${RegExp.escape(origin.slice(0, -2))}(:\\d{1,5})?$`)
}
