import type { FastifyInstance } from 'fastify'

/**
 * What every answer says to browsers. An API has nothing to load or to frame; pages that do (the documentation)
 * bring their own policy. What is answered is for the caller alone, so no cache may keep it, unless the route says
 * otherwise. Constant, because a library that composes them anew cost a tenth of an event page.
 */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export function sendSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(SECURITY_HEADERS)
    done()
  })
}
