import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { badRequest } from './app-error.ts'
import { countHeader } from './raw-headers.ts'

const otherVersion = () => badRequest('bad_request', 'Speak HTTP/1.1 here.')
const severalHosts = () => badRequest('bad_request', 'Send one Host header.')

/** Refuses what Node lets pass and what another server in front may read differently. */
export function refuseAmbiguousRequests(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.httpVersionMajor !== 1) done(otherVersion())
    else if (hasSeveralHosts(raw)) done(severalHosts())
    else done()
  })
}

export const hasSeveralHosts = (request: IncomingMessage) => countHeader(request, 'host') > 1
