import type { FastifyInstance } from 'fastify'
import { REQUEST_ID } from '#shared/http/requests/request-id.ts'
import { onceClosed } from '#shared/http/requests/response-close.ts'
import { type RequestContext, runAs } from '#shared/telemetry/request-context.ts'
import { beginServerSpan, endHttpSpan } from './http-spans.ts'

declare module 'fastify' {
  interface FastifyRequest {
    context: RequestContext
  }
}

/** Runs hooks and handlers in the context of their request, and sends its id with the answer. Call before other hooks. */
export function trackRequestContext(app: FastifyInstance): void {
  app.decorateRequest('context')
  app.addHook('onRequest', (request, reply, done) => {
    const span = beginServerSpan(request.raw, request.routeOptions.url)
    if (span) onceClosed(reply.raw, () => endHttpSpan(span, reply.raw.statusCode))
    request.context = { id: request.id, parent: span }
    reply.header(REQUEST_ID, request.id)
    runAs(request.context, done)
  })
  // A body arrives in the asynchronous context of its connection.
  app.addHook('preValidation', (request, _reply, done) => runAs(request.context, done))
}
