import type { FastifyInstance, FastifyRequest } from 'fastify'
import { hasBody } from '#shared/http/requests/raw-headers.ts'
import { onceClosed } from '#shared/http/requests/response-close.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Has a bounded queue of its own, so it does not count for load shedding. */
    hasOwnQueue?: boolean
  }
  interface FastifyRequest {
    isAtWork: boolean
  }
}

type Counter = { begin(): void; pause(): void; end(status: number): void }

/** A handler continues after its client has left; one that never answers stops counting after this time. */
const LEFT_MAX_MS = 30_000

/**
 * Reports when a request begins and ends to be processed. It is paused while the body is awaited, and over when the answer is
 * ready: the time that clients need is bounded in `connection-limits.ts` instead (decision 0042).
 */
export function countWork(app: FastifyInstance, counter: Counter): void {
  app.decorateRequest('isAtWork', false)
  const begin = (request: FastifyRequest) => {
    if (!isCounted(request)) return
    request.isAtWork = true
    counter.begin()
  }
  const end = (request: FastifyRequest, status: number) => {
    if (!request.isAtWork) return
    request.isAtWork = false
    counter.end(status)
  }
  app.addHook('onRequest', (request, reply, done) => {
    begin(request)
    onceClosed(reply.raw, () => {
      if (request.isAtWork) setTimeout(end, LEFT_MAX_MS, request, 503).unref()
    })
    done()
  })
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (request.isAtWork && !request.raw.complete && hasBody(request.raw)) {
      request.isAtWork = false
      counter.pause()
    }
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (!request.isAtWork) begin(request)
    done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    end(request, reply.statusCode)
    done(null, payload)
  })
}

const isCounted = ({ routeOptions: { config } }: FastifyRequest) =>
  !(config.isEventStream || config.isVital || config.hasOwnQueue || config.isFile)
