import type { FastifyInstance } from 'fastify'
import { isRecord } from '#shared/lib/record.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set by `acceptMissingBodies`: the route requires nothing of its body. */
    isBodyOptional?: boolean
  }
}

/**
 * Accepts a missing body where the schema requires no field: none at all, `null`, or an empty one with any content type, as
 * `curl -d ''` sends it. The handler then gets an empty object. Call before routes are added.
 */
export function acceptMissingBodies(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.schema?.body && requiresNothing(route.schema.body))
      route.config = { ...route.config, isBodyOptional: true }
  })
  app.addHook('onRequest', ({ raw: { headers } }, _reply, done) => {
    // Otherwise the framework answers 415 for the content type.
    if (headers['content-length'] === '0') delete headers['content-type']
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.routeOptions.config.isBodyOptional) request.body ??= {}
    done()
  })
}

/** Whether `{}` is valid by the schema of a body. */
export function requiresNothing(schema: unknown): boolean {
  if (!isRecord(schema)) return false
  const { type, required = [] } = schema
  return [type].flat().includes('object') && Array.isArray(required) && required.length === 0
}
