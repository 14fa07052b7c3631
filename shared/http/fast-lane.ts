import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { LRUCache } from 'lru-cache'
import { beginServerSpan, endHttpSpan } from './http-spans.ts'
import { countHeader } from './raw-headers.ts'
import { REQUEST_ID, requestIdOf } from './request-id.ts'
import type { TakeCounts } from './request-metrics.ts'
import { JSON_HEADERS } from './send-json.ts'
import { closeUnlessTaken } from './slow-readers.ts'
import { hasSeveralHosts } from './strict-requests.ts'

/**
 * Answers that lie ready are given before the framework is asked: its routing, hooks and validation cost more than
 * the answer. What the lane sends is what the route has sent for the same URL, headers included; whatever is unusual
 * about a request or its connection goes the long way. Only for answers that are the same for every caller.
 */
export type FastLane = {
  /** The GET that is about to be answered with JSON can be again without waiting, as long as `recall` finds the body. */
  offer(reply: FastifyReply, recall: () => string | undefined): void
  /** Tries the lane first. */
  before(listener: RequestListener): RequestListener
  /** For a server that is about to stop: the long way tells clients so. */
  close(): void
  /** Answers given, by route. */
  takeCounts: TakeCounts
}

/**
 * `head` and `bytes` belong to `body`: the last entry of `head` is the length, and the one at `idAt` the id of the request.
 * `bytes` has a character for each byte of the body: written as Latin-1 nothing is left to be encoded, and head and body
 * still go out in one piece.
 */
type Offer = {
  recall: () => string | undefined
  head: string[]
  body: string
  bytes: string
  idAt: number
  route: string | undefined
  tally: Tally
}

/** Of one route. */
type Tally = { answers: number }

const OFFERS_MAX = 1_000
const SCHEME = 'Bearer '

/** `recognises` says at once whether a token is good; one that would have to be looked up is not. */
export function createFastLane(recognises: (token: string) => boolean): FastLane {
  const offers = new LRUCache<string, Offer>({ max: OFFERS_MAX })
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
  const answer = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (isClosed || request.method !== 'GET' || !isIdle(response) || hasBody(request)) return false
    const offer = offers.get(keyOf(request))
    if (!offer || hasSeveralHosts(request)) return false
    if (!isAdmitted(request)) return false
    const body = offer.recall()
    if (body === undefined) return false
    if (body !== offer.body) keep(offer, body)
    const span = beginServerSpan(request, offer.route)
    // The same list each time: it is written out at once.
    offer.head[offer.idAt] = requestIdOf(request)
    response.writeHead(200, offer.head)
    response.end(offer.bytes, 'latin1')
    if (span) endHttpSpan(span, 200)
    closeUnlessTaken(response)
    offer.tally.answers++
    return true
  }

  return {
    offer(reply, recall) {
      const { 'content-length': _unknown, ...headers } = { ...reply.getHeaders(), ...JSON_HEADERS }
      const known = Object.entries(headers).flatMap(([name, value]) => [name, String(value)])
      const head = [...known, 'content-length', '0']
      const idAt = head.indexOf(REQUEST_ID) + 1
      const { raw, routeOptions } = reply.request
      const route = routeOptions.url
      offers.set(keyOf(raw), { recall, head, body: '', bytes: '', idAt, route, tally: tallyOf(route ?? '') })
    },
    before: (listener) => (request, response) => {
      if (!answer(request, response)) listener(request, response)
    },
    close() {
      isClosed = true
    },
    takeCounts: () =>
      [...tallies].map(([route, tally]) => {
        const { answers } = tally
        tally.answers = 0
        return [route, answers]
      }),
  }
}

function keep(offer: Offer, body: string): void {
  offer.body = body
  offer.bytes = Buffer.from(body).toString('latin1')
  offer.head = [...offer.head.slice(0, -1), String(offer.bytes.length)]
}

/** Neither waiting behind an answer to the same connection, nor to one that has not been taken. */
const isIdle = ({ socket }: ServerResponse) => socket !== null && socket.writableLength === 0

const hasBody = ({ headers, httpVersionMinor }: IncomingMessage) =>
  httpVersionMinor !== 1 ||
  headers['content-length'] !== undefined ||
  headers['transfer-encoding'] !== undefined ||
  headers.expect !== undefined

/** What an answer may depend on beside the caller. */
const keyOf = ({ url = '', headers }: IncomingMessage) =>
  headers.origin === undefined ? url : `${url} ${headers.origin}`
