import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { LRUCache } from 'lru-cache'
import { closeUnlessTaken } from '#shared/http/limits/slow-readers.ts'
import { beginServerSpan, endHttpSpan } from '#shared/http/observability/http-spans.ts'
import { countHeader } from '#shared/http/requests/raw-headers.ts'
import { REQUEST_ID, requestIdOf } from '#shared/http/requests/request-id.ts'
import { hasSeveralHosts } from '#shared/http/requests/strict-requests.ts'
import { createSizedCache } from '#shared/lib/sized-cache.ts'
import { canonicalUrl } from './canonical-url.ts'

/** A cached answer. */
type Entry = {
  /** The current body; undefined when it would have to be read from the database. */
  recall: () => string | undefined
  /** By host, and by the origin that may read the answer. */
  heads: Map<string, Head>
  /** CORS allows every origin, so the head does not depend on it. */
  allowsAllOrigins: boolean
  body: string
  /** The body as one Latin-1 character a byte, which Node writes without encoding and in one piece with the head. */
  bytes: string
  /** Size that the cache has accounted for; a longer body is not sent from here. */
  countedChars: number
  route: string | undefined
  counter: RouteCounter
}

/** Headers as the flat list that Node writes, with the indices of Content-Length and of the request's id. */
type Head = { list: string[]; lengthAt: number; idAt: number }

type RouteCounter = { answers: number }

export type LaneOptions = {
  /** Whether a token is known to be valid without a lookup in the database. */
  recognises(token: string): boolean
  maxBytes?: number
  bodyMaxChars?: number
  /** The key of a URL in the cache; undefined when its answer is not cached. */
  keyOf?: typeof canonicalUrl
}

/** Together with the event caches 26 MB (decision 0043). */
const MAX_BYTES = 8 * 1024 * 1024
const BODY_MAX_CHARS = 256 * 1024
/** Reserve for a body that grows, as numbers of seats get more digits. */
const GROWTH_MAX_CHARS = 1_024
/** Estimated memory of one head. */
const HEAD_BYTES = 2_048
const HEADS_MAX = 8
const KEPT_MS = 30_000
/** URLs with another order of parameters than the key of their entry. */
const ALIASES_MAX = 1_000
const SCHEME = 'Bearer '

/**
 * A response cache in front of the framework, for answers sent with `sendJson` and `recall`: see README.md beside this file and
 * decision 0025. Call it once, before any route is added.
 */
export function addFastLane(
  app: FastifyInstance,
  { recognises, maxBytes = MAX_BYTES, bodyMaxChars = BODY_MAX_CHARS, keyOf = canonicalUrl }: LaneOptions,
): void {
  const entries = createSizedCache<string, Entry>({
    maxBytes,
    keptMs: KEPT_MS,
    // `body` has up to two bytes a character, `bytes` one.
    bytesOf: ({ countedChars, heads }) => 3 * countedChars + heads.size * HEAD_BYTES,
  })
  const aliases = new LRUCache<string, string>({ max: ALIASES_MAX })
  const counters = new Map<string, RouteCounter>()
  let isClosed = false

  const isAdmitted = (request: IncomingMessage): boolean => {
    const { authorization = '' } = request.headers
    return (
      authorization.startsWith(SCHEME) &&
      countHeader(request, 'authorization') === 1 &&
      recognises(authorization.slice(SCHEME.length))
    )
  }
  const counterOf = (route: string): RouteCounter => {
    const counter = counters.get(route) ?? { answers: 0 }
    counters.set(route, counter)
    return counter
  }
  const find = (url: string): Entry | undefined => {
    const entry = entries.get(url)
    if (entry) return entry
    const key = aliases.get(url)
    return key === undefined ? undefined : entries.get(key)
  }
  const store = (reply: FastifyReply, body: string, recall: () => string | undefined) => {
    const { raw, routeOptions } = reply.request
    const { url = '', headers } = raw
    const key = keyOf(url, routeOptions.schema?.querystring)
    if (key === undefined || body.length > bodyMaxChars) return
    const allowed = reply.getHeader('access-control-allow-origin')
    const allowsAllOrigins = allowed === '*'
    // Origins that are not allowed could be invented without limit, so they get no head.
    if (headers.origin !== undefined && !allowsAllOrigins && allowed !== headers.origin) return
    const heads = new Map(entries.peek(key)?.heads)
    if (heads.size >= HEADS_MAX) heads.clear()
    heads.set(headKey(raw, allowsAllOrigins), headOf(reply))
    const route = routeOptions.url
    const countedChars = body.length + GROWTH_MAX_CHARS
    const counter = counterOf(route ?? '')
    entries.set(key, { recall, heads, allowsAllOrigins, body: '', bytes: '', countedChars, route, counter })
    if (url !== key) aliases.set(url, key)
  }
  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (isClosed || request.method !== 'GET' || !isIdle(response) || isUnusual(request)) return false
    const entry = find(request.url ?? '')
    const head = entry && headFor(entry, request)
    if (!head || hasSeveralHosts(request)) return false
    if (!isAdmitted(request)) return false
    const body = entry.recall()
    if (body === undefined || body.length > entry.countedChars) return false
    if (body !== entry.body) updateBody(entry, body)
    const span = beginServerSpan(request, entry.route)
    // The list can be reused, because writeHead serialises it at once.
    head.list[head.idAt] = requestIdOf(request)
    head.list[head.lengthAt] = String(entry.bytes.length)
    response.writeHead(200, head.list)
    response.end(entry.bytes, 'latin1')
    if (span) endHttpSpan(span, 200)
    closeUnlessTaken(response)
    entry.counter.answers++
    return true
  }

  // `listeners` is typed for events of any kind.
  const [framework] = app.server.listeners('request') as RequestListener[]
  if (!framework) throw new Error('The framework does not listen for requests.')
  app.server.removeListener('request', framework)
  app.server.on('request', (request, response) => {
    if (!answer(request, response)) framework(request, response)
  })
  app.addHook('onSend', (request, reply, body, done) => {
    const { recall } = reply
    if (recall && request.method === 'GET' && typeof body === 'string') store(reply, body, recall)
    done()
  })
  // Only the framework's answers say `connection: close`.
  app.drain.onBegin(() => {
    isClosed = true
  })
  app.countsBesideHooks.push(() =>
    [...counters].map(([route, counter]) => {
      const { answers } = counter
      counter.answers = 0
      return [route, answers]
    }),
  )
}

function headFor({ heads, allowsAllOrigins }: Entry, request: IncomingMessage): Head | undefined {
  return heads.get(headKey(request, allowsAllOrigins))
}

/** With the host, because the framework checks it and redirects and links depend on it. */
function headKey(
  { headers: { host = '', origin = '' } }: IncomingMessage,
  allowsAllOrigins: boolean,
): string {
  return allowsAllOrigins ? host : `${host} ${origin}`
}

function headOf(reply: FastifyReply): Head {
  const { 'content-length': _unknown, ...headers } = reply.getHeaders()
  const known = Object.entries(headers).flatMap(([name, value]) => [name, String(value)])
  const list = [...known, 'content-length', '0']
  return { list, lengthAt: list.length - 1, idAt: list.indexOf(REQUEST_ID) + 1 }
}

function updateBody(entry: Entry, body: string): void {
  entry.body = body
  // ASCII is the same in Latin-1: one string serves as both.
  entry.bytes = Buffer.byteLength(body) === body.length ? body : Buffer.from(body).toString('latin1')
}

/** Whether no earlier answer of the connection is pending. */
const isIdle = ({ socket }: ServerResponse) => socket !== null && socket.writableLength === 0

const isUnusual = ({ headers, httpVersionMinor }: IncomingMessage) =>
  httpVersionMinor !== 1 ||
  headers['content-length'] !== undefined ||
  headers['transfer-encoding'] !== undefined ||
  headers.upgrade !== undefined ||
  headers.expect !== undefined
