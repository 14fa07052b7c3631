import type { FastifyInstance } from 'fastify'
import { REQUEST_ID } from '#shared/http/requests/request-id.ts'
import { type RequestContext, runAs } from '#shared/telemetry/request-context.ts'
import { beginServerSpan, endHttpSpan } from './http-spans.ts'

declare module 'fastify' {
  interface FastifyRequest {
    actsFor: RequestContext
  }
}

/** Whatever is done for a request knows its id, and its answer says it. Call before other hooks. */
export function followRequests(app: FastifyInstance): void {
  app.decorateRequest('actsFor')
  app.addHook('onRequest', (request, reply, done) => {
    const span = beginServerSpan(request.raw, request.routeOptions.url)
    if (span) reply.raw.once('close', () => endHttpSpan(span, reply.raw.statusCode))
    request.actsFor = { id: request.id, parent: span }
    reply.header(REQUEST_ID, request.id)
    runAs(request.actsFor, done)
  })
  // A body arrives in the name of its connection, which knows no request.
  app.addHook('preValidation', (request, _reply, done) => runAs(request.actsFor, done))
}
