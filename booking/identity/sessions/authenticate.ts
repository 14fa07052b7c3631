import type { FastifyRequest, RouteOptions } from 'fastify'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { databaseAway, forbidden, unauthorized } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { bearerToken } from '#shared/http/requests/bearer-token.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import type { Admission, Sessions } from './sessions.ts'
import type { Session } from './tokens.ts'

export type AuthenticateDeps = { identity: { sessions: Sessions }; limits: { rates: Rates } }

declare module 'fastify' {
  interface FastifyRequest {
    /** The account of the access token. Only on routes below `requireLogin`. */
    caller: UserRow
    /** The claims of the token. Only below `requireLogin` and on routes with `requireToken`. */
    session: Session
  }
  interface FastifyContextConfig {
    /** A writing route whose own statement checks that the session is still valid. */
    isAdmittedByStatement?: boolean
  }
}

const notLoggedIn = () =>
  unauthorized('invalid_token', 'The access token is missing, invalid or expired: please log in again.')

/** Fastify wants a property declared before requests come in; `onRequest` hooks set it before any handler reads it. */
const UNSET = null as never

/**
 * Every route added to `app` after this needs a valid access token of an active account. It is checked at the head of a
 * request, from the cache, so that no body of a stranger is read. The account may be closed before the body is complete, so
 * writing routes check again then, in the database (decision 0045).
 */
export function requireLogin(app: App, deps: AuthenticateDeps): void {
  app.decorateRequest('caller', UNSET)
  app.decorateRequest('session', UNSET)
  const readmit = async (request: FastifyRequest): Promise<void> => {
    const caller = await deps.identity.sessions.findNow(request.session)
    if (!caller) throw notLoggedIn()
    request.caller = caller
  }
  app.addHook('onRoute', (route) => {
    const { response, ...schema } = route.schema ?? {}
    const answers = isLimited(route)
      ? { ...errorResponses(429), ...(typeof response === 'object' && response) }
      : response
    route.schema = {
      ...schema,
      security: [{ bearer: [] }],
      ...(answers !== undefined && { response: answers }),
    }
    if (!isWriting(route.method) || route.config?.isAdmittedByStatement) return
    // The route's own checks of the caller run again too, on the account as just read.
    route.preHandler = [readmit, ...toList(route.onRequest), ...toList(route.preHandler)]
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const token = bearerToken(request.raw)
    if (!token) return done(notLoggedIn())
    const admit = (admission: Admission | undefined) => {
      if (!admission) return done(notLoggedIn())
      // A change needs the database, for which this request may have waited for seconds already.
      if (admission.isStale && !READING.has(request.method)) return done(databaseAway())
      request.caller = admission.caller
      request.session = admission.session
      done()
    }
    const known = deps.identity.sessions.recall(token)
    if (known) admit(known)
    else deps.identity.sessions.find(token).then(admit, done)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    countRequest(deps, request)
    done()
  })
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a route can answer 429: every one that changes something, and every one that searches. */
function isLimited({ method, schema }: RouteOptions): boolean {
  const properties = propertyOf(schema?.querystring, 'properties')
  return propertyOf(properties, 'search') !== undefined || [method].flat().some((each) => !READING.has(each))
}

function countRequest(
  { limits: { rates } }: AuthenticateDeps,
  { method, query, caller }: FastifyRequest,
): void {
  if (!READING.has(method)) rates.write(caller.id)
  else if (propertyOf(query, 'search')) rates.search(caller.id)
}

const propertyOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/** For logging out: accepts a token of either kind, also of a session that has ended. Throws 401 for anything else. */
export function requireToken(app: App, deps: AuthenticateDeps) {
  app.decorateRequest('session', UNSET)
  return async (request: FastifyRequest): Promise<void> => {
    const token = bearerToken(request.raw)
    const session = token && (await deps.identity.sessions.identify(token))
    if (!session) throw notLoggedIn()
    deps.limits.rates.write(session.userId)
    request.session = session
  }
}

const WRITING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const isWriting = (method: string | string[]) => [method].flat().some((each) => WRITING.has(each))

function toList<T>(hooks: T | T[] | undefined): T[] {
  if (hooks === undefined) return []
  return Array.isArray(hooks) ? hooks : [hooks]
}

const notAnAdmin = () => forbidden('admins_only', 'This is for admins: ask one of them.')

/** For single routes below `requireLogin`. Throws 403 for callers who are not admins. */
export async function requireAdmin({ caller }: FastifyRequest): Promise<void> {
  if (!caller.is_admin) throw notAnAdmin()
}
