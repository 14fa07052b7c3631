import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '#shared/errors/app-error.ts'
import { routeNotFound, sendError } from './error-handler.ts'

/** Returns the methods of the path that is asked for; undefined when there is no such path. */
export type MethodsOf = (request: FastifyRequest) => string[] | undefined

/** Call before adding routes. */
export function collectMethods(app: FastifyInstance): MethodsOf {
  const routes: { pattern: RegExp; methods: Set<string> }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const pattern = toPattern(url)
    const known = routes.find((route) => route.pattern.source === pattern.source)
    const methods = known?.methods ?? new Set()
    for (const each of [method].flat()) methods.add(each)
    if (!known) routes.push({ pattern, methods })
  })
  return ({ url }) => {
    const path = url.split('?', 1)[0] ?? ''
    const methods = routes.find(({ pattern }) => pattern.test(path))?.methods
    return methods && [...methods]
  }
}

/** Answers OPTIONS with an `Allow` header, and 404 for an unknown path. Preflight requests are left to CORS: call before it is registered. */
export function answerOptions(app: FastifyInstance, methodsOf: MethodsOf): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.method !== 'OPTIONS' || isPreflight(request)) return done()
    const methods = methodsOf(request)
    if (!methods) return done(routeNotFound())
    reply
      .code(204)
      .header('allow', [...methods, 'OPTIONS'].join(', '))
      .send()
  })
}

const isPreflight = ({ headers }: FastifyRequest): boolean =>
  Boolean(headers.origin && headers['access-control-request-method'])

/** Answers 404 for an unknown path, and 405 with an `Allow` header for another method of a known one. */
export function answerUnknownRoutes(app: FastifyInstance, methodsOf: MethodsOf): void {
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request)
    if (!methods || methods.includes(request.method)) return sendError(reply, routeNotFound())
    const allow = methods.join(', ')
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
