import type { FastifyInstance, FastifyRequest } from 'fastify'
import { hasBody } from '#shared/http/requests/raw-headers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Waits in a line with bounds of its own, which must fill up for nobody else. */
    hasOwnLine?: boolean
  }
  interface FastifyRequest {
    isAtWork: boolean
  }
}

type Counter = { begin(): void; pause(): void; end(status: number): void }

/** A handler whose client has left goes on; one that never answers is given up after so long. */
const LEFT_MAX_MS = 30_000

/**
 * Work is what is done before the body is asked for (who is it?) and from when the body is there until there is an
 * answer. In between the client is waited for, and afterwards: who is slow then is bounded in `connection-limits.ts`.
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
    reply.raw.once('close', () => {
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

/** Streams have a limit of their own, files lie ready, and whether we are well is quickly said. */
const isCounted = ({ routeOptions: { config } }: FastifyRequest) =>
  !(config.isEventStream || config.isVital || config.hasOwnLine || config.isFile)
