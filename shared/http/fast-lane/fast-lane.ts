import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { LRUCache } from 'lru-cache'
import { closeUnlessTaken } from '#shared/http/limits/slow-readers.ts'
import { beginServerSpan, endHttpSpan } from '#shared/http/observability/http-spans.ts'
import { countHeader } from '#shared/http/requests/raw-headers.ts'
import { REQUEST_ID, requestIdOf } from '#shared/http/requests/request-id.ts'
import { hasSeveralHosts } from '#shared/http/requests/strict-requests.ts'
import { createSizedCache } from '#shared/lib/sized-cache.ts'
import { usualSpelling } from './usual-spelling.ts'

/**
 * `bytes` is the last body, a character for each of its bytes: written as Latin-1 nothing is left to be encoded, and head
 * and body still go out in one piece. The heads differ by the host that was asked, and by the origin that may read the answer.
 */
type Offer = {
  recall: () => string | undefined
  heads: Map<string, Head>
  /** Every origin may: there is one head for all. */
  isForAll: boolean
  body: string
  bytes: string
  /** What was counted: a longer body is not kept. */
  countedChars: number
  route: string | undefined
  tally: Tally
}

/** A list as Node writes it. At these places are the length of the body and the id of the request. */
type Head = { list: string[]; lengthAt: number; idAt: number }

/** Of one route. */
type Tally = { answers: number }

export type LaneOptions = {
  /** Says at once whether a token is good; one that would have to be looked up is not. */
  recognises(token: string): boolean
  maxBytes?: number
  bodyMaxChars?: number
  /** The address under which an answer is kept; undefined when it is not. */
  spell?: typeof usualSpelling
}

/** With the caches of events 26 MB in all (0043). */
const MAX_BYTES = 8 * 1024 * 1024
const BODY_MAX_CHARS = 256 * 1024
/** So much longer a body may become: the numbers of seats have more digits. */
const GROWTH_MAX_CHARS = 1_024
/** A closure, a list of headers and what belongs to them. */
const HEAD_BYTES = 2_048
const HEADS_MAX = 8
const KEPT_MS = 30_000
/** Other spellings of addresses that have an offer. */
const SPELLINGS_MAX = 1_000
const SCHEME = 'Bearer '

/**
 * Gives answers that can be recalled (`sendJson`) before the framework is asked: see README.md beside this file. Call it once, before
 * any route is added.
 */
export function addFastLane(
  app: FastifyInstance,
  { recognises, maxBytes = MAX_BYTES, bodyMaxChars = BODY_MAX_CHARS, spell = usualSpelling }: LaneOptions,
): void {
  const offers = createSizedCache<string, Offer>({
    maxBytes,
    keptMs: KEPT_MS,
    // The body has up to two bytes a character, its bytes one each.
    bytesOf: ({ countedChars, heads }) => 3 * countedChars + heads.size * HEAD_BYTES,
  })
  const spellings = new LRUCache<string, string>({ max: SPELLINGS_MAX })
  const tallies = new Map<string, Tally>()
  let isClosed = false

  const isAdmitted = (request: IncomingMessage): boolean => {
    const { authorization = '' } = request.headers
    // Any other spelling of the scheme goes the long way.
    return (
      authorization.startsWith(SCHEME) &&
      countHeader(request, 'authorization') === 1 &&
      recognises(authorization.slice(SCHEME.length))
    )
  }
  const tallyOf = (route: string): Tally => {
    const tally = tallies.get(route) ?? { answers: 0 }
    tallies.set(route, tally)
    return tally
  }
  const find = (url: string): Offer | undefined => {
    const offer = offers.get(url)
    if (offer) return offer
    const usual = spellings.get(url)
    return usual === undefined ? undefined : offers.get(usual)
  }
  const offer = (reply: FastifyReply, body: string, recall: () => string | undefined) => {
    const { raw, routeOptions } = reply.request
    const { url = '', headers } = raw
    const usual = spell(url, routeOptions.schema?.querystring)
    if (usual === undefined || body.length > bodyMaxChars) return
    const allowed = reply.getHeader('access-control-allow-origin')
    const isForAll = allowed === '*'
    // Whoever may not read it is answered the long way: there are as many of them as anybody cares to invent.
    if (headers.origin !== undefined && !isForAll && allowed !== headers.origin) return
    const heads = new Map(offers.peek(usual)?.heads)
    if (heads.size >= HEADS_MAX) heads.clear()
    heads.set(headKey(raw, isForAll), headOf(reply))
    const route = routeOptions.url
    const countedChars = body.length + GROWTH_MAX_CHARS
    const tally = tallyOf(route ?? '')
    offers.set(usual, { recall, heads, isForAll, body: '', bytes: '', countedChars, route, tally })
    if (url !== usual) spellings.set(url, usual)
  }
  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (isClosed || request.method !== 'GET' || !isIdle(response) || isUnusual(request)) return false
    const offer = find(request.url ?? '')
    const head = offer && headFor(offer, request)
    if (!head || hasSeveralHosts(request)) return false
    if (!isAdmitted(request)) return false
    const body = offer.recall()
    if (body === undefined || body.length > offer.countedChars) return false
    if (body !== offer.body) keep(offer, body)
    const span = beginServerSpan(request, offer.route)
    // The same list each time: it is written out at once.
    head.list[head.idAt] = requestIdOf(request)
    head.list[head.lengthAt] = String(offer.bytes.length)
    response.writeHead(200, head.list)
    response.end(offer.bytes, 'latin1')
    if (span) endHttpSpan(span, 200)
    closeUnlessTaken(response)
    offer.tally.answers++
    return true
  }

  const [longWay] = app.server.listeners('request') as RequestListener[]
  if (!longWay) throw new Error('There is no way that would be longer.')
  app.server.removeListener('request', longWay)
  app.server.on('request', (request, response) => {
    if (!answer(request, response)) longWay(request, response)
  })
  app.addHook('onSend', (request, reply, body, done) => {
    const { recall } = reply
    if (recall && request.method === 'GET' && typeof body === 'string') offer(reply, body, recall)
    done()
  })
  // The long way tells clients that the server is about to stop.
  app.drain.onBegin(() => {
    isClosed = true
  })
  app.answeredBeside.push(() =>
    [...tallies].map(([route, tally]) => {
      const { answers } = tally
      tally.answers = 0
      return [route, answers]
    }),
  )
}

function headFor({ heads, isForAll }: Offer, request: IncomingMessage): Head | undefined {
  return heads.get(headKey(request, isForAll))
}

/** Whether a host may be asked at all, the long way has found out. */
function headKey({ headers: { host = '', origin = '' } }: IncomingMessage, isForAll: boolean): string {
  return isForAll ? host : `${host} ${origin}`
}

function headOf(reply: FastifyReply): Head {
  const { 'content-length': _unknown, ...headers } = reply.getHeaders()
  const known = Object.entries(headers).flatMap(([name, value]) => [name, String(value)])
  const list = [...known, 'content-length', '0']
  return { list, lengthAt: list.length - 1, idAt: list.indexOf(REQUEST_ID) + 1 }
}

function keep(offer: Offer, body: string): void {
  offer.body = body
  // Plain ASCII is its own bytes, and need not be there twice.
  offer.bytes = Buffer.byteLength(body) === body.length ? body : Buffer.from(body).toString('latin1')
}

/** Neither waiting behind an answer to the same connection, nor to one that has not been taken. */
const isIdle = ({ socket }: ServerResponse) => socket !== null && socket.writableLength === 0

const isUnusual = ({ headers, httpVersionMinor }: IncomingMessage) =>
  httpVersionMinor !== 1 ||
  headers['content-length'] !== undefined ||
  headers['transfer-encoding'] !== undefined ||
  headers.upgrade !== undefined ||
  headers.expect !== undefined
