import type { FastifyReply } from 'fastify'

declare module 'fastify' {
  interface FastifyReply {
    /** The body of this answer as it would be now, the same for every caller; undefined when that would have to be read. */
    recall?: () => string | undefined
  }
}

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }

/**
 * Sends JSON that is text already. The type stands for what the text holds: the route's response schema describes it. With `recall`
 * the same answer may be given again without asking the route.
 */
export function sendJson(reply: FastifyReply, json: string, recall?: () => string | undefined): never {
  if (recall) reply.recall = recall
  return reply.headers(JSON_HEADERS).send(json) as never
}
