import type { FastifyReply } from 'fastify'
import { isKnown, tagOf } from './send-calendar.ts'
import { JSON_HEADERS } from './send-json.ts'
import { sent } from './sent.ts'

/**
 * What may be the same for everybody for some seconds: browsers and shared caches (a CDN) keep it, and show the last answer
 * while they ask for the next one.
 */
export const PUBLIC_BRIEFLY = 'public, max-age=5, stale-while-revalidate=30'

/** Sends JSON that is the same for everybody; 304 when the client has it. */
export function sendPublicJson(reply: FastifyReply, json: string): never {
  const etag = tagOf(json)
  reply.headers({ etag, 'cache-control': PUBLIC_BRIEFLY })
  if (isKnown(reply.request.headers, etag)) return sent(reply.code(304).send())
  return sent(reply.headers(JSON_HEADERS).send(json))
}
