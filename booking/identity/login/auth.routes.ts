import { type AuthenticateDeps, requireToken } from '#booking/identity/sessions/authenticate.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import type { App } from '#shared/http/app.ts'
import { bearerToken } from '#shared/http/requests/bearer-token.ts'
import { errorResponses, Nullable } from '#shared/http/schemas/schemas.ts'
import {
  Credentials,
  GoogleLogin,
  LoggedIn,
  LoggedOut,
  LogOut,
  Refreshed,
  Register,
  Registered,
} from './auth.schema.ts'
import type { AuthDeps } from './auth.service.ts'
import * as auth from './auth.service.ts'
import type { CredentialAdmission } from './credential-admission.ts'
import { type GoogleLoginDeps, logInWithGoogle } from './google-login.service.ts'

type AuthRouteDeps = AuthDeps &
  GoogleLoginDeps &
  AuthenticateDeps & { identity: { credentials: CredentialAdmission } }

const tags = ['Authentication']

/** The routes that need no access token. */
export function authRoutes(app: App, deps: AuthRouteDeps): void {
  app.post(
    '/api/auth/register',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Register User',
        body: Register,
        response: { 201: Registered, ...errorResponses(409, 429) },
      },
    },
    async (request, reply) => {
      const user = await deps.identity.credentials.runWithHash(request.ip, request.body.email, () =>
        auth.register(deps, request, request.body),
      )
      return reply.code(201).send({ message: 'User registered successfully', user: userStore.toUser(user) })
    },
  )

  app.post(
    '/api/auth/login',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Login',
        body: Credentials,
        response: { 200: LoggedIn, ...errorResponses(401, 429) },
      },
    },
    (request) =>
      deps.identity.credentials.runWithHash(request.ip, request.body.email, async () =>
        auth.startSession(deps, request, await auth.logIn(deps, request, request.body)),
      ),
  )

  app.post(
    '/api/auth/google-login',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Google Login',
        body: GoogleLogin,
        response: { 200: LoggedIn, ...errorResponses(401, 409, 429) },
      },
    },
    (request) =>
      deps.identity.credentials.runWithoutHash(request.ip, async () =>
        auth.startSession(deps, request, await logInWithGoogle(deps, request, request.body.token)),
      ),
  )

  app.post(
    '/api/auth/refresh',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Refresh Token',
        description:
          'Takes the refresh token in the Authorization header. The one that comes back replaces it as soon as it is used itself, a minute later for good: after that the use of the old one ends the session. Who leaves it aside goes on with the first one until that expires.',
        security: [{ bearer: [] }],
        response: { 200: Refreshed, ...errorResponses(401, 429) },
      },
    },
    (request) =>
      deps.identity.credentials.runWithoutHash(request.ip, () =>
        auth.refresh(deps, request, bearerToken(request.raw)),
      ),
  )

  app.post(
    '/api/auth/logout',
    {
      onRequest: requireToken(app, deps),
      schema: {
        tags,
        summary: 'Log Out',
        description:
          'Takes either token of the session in the Authorization header. Both are worthless afterwards; to log out once more is no error.',
        security: [{ bearer: [] }],
        body: Nullable(LogOut),
        response: { 200: LoggedOut, ...errorResponses(401, 429) },
      },
    },
    async ({ session, body }) => {
      await auth.logOut(deps, session, body ?? {})
      return { message: 'Logged out successfully' }
    },
  )
}
