import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply } from 'fastify'
import { sent } from './sent.ts'

/** Sends an iCalendar file; 304, without reading `text`, when the client has it: subscribed calendars poll. */
export function sendCalendar(
  reply: FastifyReply,
  name: string,
  { etag, text }: { etag: string; text: string | Buffer },
): never {
  reply.headers({ etag, 'cache-control': 'private, no-cache' })
  if (isKnown(reply.request.headers, etag)) return sent(reply.code(304).send())
  reply
    .header('content-type', 'text/calendar; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
  return sent(reply.send(text))
}

export const tagOf = (text: string): string => `"${createHash('sha256').update(text).digest('base64url')}"`

/** Whether `If-None-Match` has the tag, compared without `W/`: proxies that compress make it weak. */
export function isKnown({ 'if-none-match': known }: IncomingHttpHeaders, etag: string): boolean {
  const tags = known?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes(etag) || tags.includes('*')
}
