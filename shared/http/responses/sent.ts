import type { FastifyReply } from 'fastify'

/** Lets a handler return a reply that is already sent where its response schema asks for the body. */
// The cast is the purpose: Fastify accepts a returned reply and its types do not.
export const sent = (reply: FastifyReply): never => reply as never
