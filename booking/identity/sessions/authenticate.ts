import type { FastifyRequest, RouteOptions } from 'fastify'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Rates } from '#booking/rates/rates.ts'
import { forbidden, unauthorized } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { bearerToken } from '#shared/http/requests/bearer-token.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import type { Admission, Sessions } from './sessions.ts'
import type { Session } from './tokens.ts'

export type AuthenticateDeps = { identity: { sessions: Sessions }; limits: { rates: Rates } }

declare module 'fastify' {
  interface FastifyRequest {
    /** The account behind the access token. Only on routes below `requireLogin`. */
    caller: UserRow
    /** What the token says. Only below `requireLogin` and on the route behind `requireToken`. */
    session: Session
  }
  interface FastifyContextConfig {
    /** A route that writes and whose own statement makes sure that the session goes on. */
    isAdmittedByStatement?: boolean
  }
}

const notLoggedIn = () =>
  unauthorized('invalid_token', 'The access token is missing, invalid or expired: please log in again.')

/**
 * Every route that is added to `app` after this needs a valid access token of an active account. That is asked at the
 * head of a request, from memory, so that nobody else sends us anything. Between head and body the account may be
 * deleted or its sessions ended: whoever changes something is asked again when all of it is here, and the database is.
 */
export function requireLogin(app: App, deps: AuthenticateDeps): void {
  app.decorateRequest('caller', null as unknown as UserRow)
  app.decorateRequest('session', null as unknown as Session)
  const readmit = async (request: FastifyRequest): Promise<void> => {
    const caller = await deps.identity.sessions.findNow(request.session)
    if (!caller) throw notLoggedIn()
    request.caller = caller
  }
  app.addHook('onRoute', (route) => {
    const { response, ...schema } = route.schema ?? {}
    const answers = isLimited(route) ? { ...errorResponses(429), ...(response as object) } : response
    route.schema = {
      ...schema,
      security: [{ bearer: [] }],
      ...(answers !== undefined && { response: answers }),
    }
    if (!isWriting(route.method) || route.config?.isAdmittedByStatement) return
    // What a route asks of the caller at the head, it asks again of the caller as they are now.
    route.preHandler = [readmit, ...toList(route.onRequest), ...toList(route.preHandler)]
  })
  app.addHook('onRequest', (request, _reply, done) => {
    const token = bearerToken(request.raw)
    if (!token) return done(notLoggedIn())
    const admit = (admission: Admission | undefined) => {
      if (!admission) return done(notLoggedIn())
      request.caller = admission.caller
      request.session = admission.session
      done()
    }
    const known = deps.identity.sessions.recall(token)
    if (known) admit(known)
    else deps.identity.sessions.find(token).then(admit, done)
  })
  app.addHook('onRequest', (request, _reply, done) => {
    done(refusalByRate(deps, request))
  })
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether 429 is among the answers of a route: every one that changes something, and every one that searches. */
function isLimited({ method, schema }: RouteOptions): boolean {
  const { properties = {} } = (schema?.querystring ?? {}) as { properties?: object }
  return 'search' in properties || [method].flat().some((each) => !READING.has(each))
}

function refusalByRate(
  { limits: { rates } }: AuthenticateDeps,
  { method, query, caller }: FastifyRequest,
): Error | undefined {
  try {
    if (!READING.has(method)) rates.write(caller.id)
    else if ((query as { search?: unknown }).search) rates.search(caller.id)
  } catch (refusal) {
    return refusal as Error
  }
}

/** For the way out: a token of either kind will do, and so will one whose session is over already. */
export function requireToken(app: App, deps: AuthenticateDeps) {
  app.decorateRequest('session', null as unknown as Session)
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
  return hooks === undefined ? [] : ([hooks].flat() as T[])
}

const notAnAdmin = () => forbidden('admins_only', 'This is for admins: ask one of them.')

/** For single routes below `requireLogin`. */
export async function requireAdmin({ caller }: FastifyRequest): Promise<void> {
  if (!caller.is_admin) throw notAnAdmin()
}
