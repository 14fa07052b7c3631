import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'

/** Sends an iCalendar file, or says that the client has it already: subscriptions ask again and again. */
export function sendCalendar(reply: FastifyReply, name: string, text: string): never {
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
  reply.headers({ etag, 'cache-control': 'private, no-cache' })
  if (isKnown(reply.request.headers['if-none-match'], etag)) return reply.code(304).send() as never
  return reply
    .header('content-type', 'text/calendar; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(text) as never
}

/** Proxies that compress mark the tag as weak. */
function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  const tags = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes(etag) || tags.includes('*')
}
