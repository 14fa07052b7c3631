import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'

/**
 * Sends an iCalendar file, or says that the client has it already: subscriptions ask again and again. Of one that the client
 * has the text is not looked at.
 */
export function sendCalendar(
  reply: FastifyReply,
  name: string,
  { etag, text }: { etag: string; text: string | Buffer },
): never {
  reply.headers({ etag, 'cache-control': 'private, no-cache' })
  if (isKnown(reply.request.headers, etag)) return reply.code(304).send() as never
  return reply
    .header('content-type', 'text/calendar; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(text) as never
}

export const tagOf = (text: string): string => `"${createHash('sha256').update(text).digest('base64url')}"`

/** Proxies that compress mark the tag as weak. */
export function isKnown({ 'if-none-match': known }: IncomingHttpHeaders, etag: string): boolean {
  const tags = known?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes(etag) || tags.includes('*')
}
