import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Deps } from '#crm/deps.ts'
import { unauthorized } from '#shared/http/app-error.ts'
import { bearerToken } from '#shared/http/bearer-token.ts'
import type { App } from '#shared/http/server.ts'

const notAllowed = () =>
  unauthorized('invalid_token', 'The bearer token is missing or wrong: send the CRM token.')

/** Every route that is added to `app` after this needs the CRM's bearer token, or the one before it. */
export function requireBearer(app: App, { config }: Deps): void {
  const accepted = [config.bearerToken, config.previousBearerToken]
    .filter((token) => token !== undefined)
    .map(digest)
  app.addHook('onRoute', (route) => {
    route.schema = { ...route.schema, security: [{ bearer: [] }] }
  })
  app.addHook('onRequest', async (request: FastifyRequest) => {
    const given = digest(bearerToken(request.raw) ?? '')
    if (!accepted.some((token) => timingSafeEqual(token, given))) throw notAllowed()
  })
}

/** Digests have one length, so comparing them shows neither the token nor how long it is. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
