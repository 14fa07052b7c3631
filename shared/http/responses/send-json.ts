import type { FastifyReply } from 'fastify'
import { sent } from './sent.ts'

declare module 'fastify' {
  interface FastifyReply {
    /** The current body of this answer, which is the same for every caller; undefined when it is not in memory. */
    recall?: () => string | undefined
  }
}

export const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }

/** Sends a body that is already serialised. With `recall` the fast lane may repeat the answer without calling the route. */
export function sendJson(reply: FastifyReply, json: string, recall?: () => string | undefined): never {
  if (recall) reply.recall = recall
  return sent(reply.headers(JSON_HEADERS).send(json))
}
