import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { badRequest } from '#shared/errors/app-error.ts'
import { countHeader } from './raw-headers.ts'

const otherVersion = () => badRequest('bad_request', 'Speak HTTP/1.1 here.')
const severalHosts = () => badRequest('bad_request', 'Send one Host header.')
const noHost = () =>
  badRequest('bad_request', 'The Host header is to be a name or an address, and a port at most.')

/** Stricter than RFC 9110, 7.2, because links are made from the Host when PUBLIC_URL is not set. */
const HOST = /^(?:[\p{L}\p{N}._~-]*|\[[\da-f:.]+\])(?::\d{0,5})?$/iu

/** Answers 400 to requests that Node accepts and a proxy may interpret differently (request smuggling). */
export function refuseAmbiguousRequests(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, reply, done) => {
    // A proxy may treat what follows an Upgrade as the other protocol.
    if (raw.headers.upgrade !== undefined) reply.header('connection', 'close')
    if (raw.httpVersionMajor !== 1) done(otherVersion())
    else if (hasSeveralHosts(raw)) done(severalHosts())
    else if (!HOST.test(raw.headers.host ?? '')) done(noHost())
    else done()
  })
}

export const hasSeveralHosts = (request: IncomingMessage) => countHeader(request, 'host') > 1
