import type { FastifyInstance } from 'fastify'
import { AppError } from '#shared/errors/app-error.ts'
import { routeNotFound, sendError } from './error-handler.ts'

/** Answers 404 for an unknown path, and 405 with an `Allow` header for another method of a known one. Call before adding routes. */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const routes: { pattern: RegExp; methods: Set<string> }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    const pattern = toPattern(url)
    const known = routes.find((route) => route.pattern.source === pattern.source)
    const methods = known?.methods ?? new Set()
    for (const each of [method].flat()) methods.add(each)
    if (!known && !url.includes('*')) routes.push({ pattern, methods })
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const methods = routes.find(({ pattern }) => pattern.test(path))?.methods
    if (!methods || methods.has(request.method)) return sendError(reply, routeNotFound())
    const allow = [...methods].join(', ')
    return sendError(
      reply,
      new AppError(405, 'method_not_allowed', `Use ${allow} here.`, { headers: { allow } }),
    )
  })
}

function toPattern(url: string): RegExp {
  const path = url.replace(/\/$/, '').replace(/:[^/]+/g, '[^/]+')
  return new RegExp(`^${path}/?$`)
}
