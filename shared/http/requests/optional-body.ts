import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by `acceptMissingBodies`: the route requires nothing of its body. */
    isBodyOptional?: boolean
  }
}

/**
 * A body of which nothing is required may be left out: without any, as `null`, or empty with whatever content type a client
 * sends along, as `curl -d ''` does. Handlers get an empty object then. Call before routes are added.
 */
export function acceptMissingBodies(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.schema?.body && requiresNothing(route.schema.body))
      route.config = { ...route.config, isBodyOptional: true }
  })
  app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    // The framework would look for a parser of that type.
    if (headers['content-length'] === '0') delete headers['content-type']
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.routeOptions.config.isBodyOptional) request.body ??= {}
    done()
  })
}

/** For the schema of a body: whether one that says nothing is valid. */
export function requiresNothing(schema: unknown): boolean {
  const { type, required = [] } = schema as { type?: string | string[]; required?: string[] }
  return [type].flat().includes('object') && required.length === 0
}
