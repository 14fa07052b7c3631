import type { FastifyReply } from 'fastify'

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }

/** Sends JSON that is text already. The type stands for what the text holds: the route's response schema describes it. */
export function sendJson(reply: FastifyReply, json: string): never {
  return reply.headers(JSON_HEADERS).send(json) as never
}
