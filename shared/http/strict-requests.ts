import type { FastifyInstance } from 'fastify'
import { badRequest } from './app-error.ts'

const otherVersion = () => badRequest('bad_request', 'Speak HTTP/1.1 here.')
const severalHosts = () => badRequest('bad_request', 'Send one Host header.')

/** Refuses what Node lets pass and what another server in front may read differently. */
export function refuseAmbiguousRequests(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    if (raw.httpVersionMajor !== 1) done(otherVersion())
    else if (raw.rawHeaders.filter(isHostName).length > 1) done(severalHosts())
    else done()
  })
}

/** Names and values take turns in raw headers. */
const isHostName = (text: string, i: number) =>
  i % 2 === 0 && text.length === 4 && text.toLowerCase() === 'host'
