import type { Deps } from '#booking/deps.ts'
import * as userStore from '#booking/users/user.store.ts'
import { bearerToken } from '#shared/http/bearer-token.ts'
import { errorResponses } from '#shared/http/schemas.ts'
import type { App } from '#shared/http/server.ts'
import {
  Credentials,
  GoogleLogin,
  LoggedIn,
  Profile,
  Refreshed,
  Register,
  Registered,
} from './auth.schema.ts'
import * as auth from './auth.service.ts'

const tags = ['Authentication']

/** The doors that need no access token. */
export function authRoutes(app: App, deps: Deps): void {
  app.post(
    '/api/auth/register',
    {
      schema: {
        tags,
        summary: 'Register User',
        body: Register,
        response: { 201: Registered, ...errorResponses(409, 429) },
      },
    },
    async (request, reply) => {
      const user = await auth.register(deps, request, request.body)
      return reply.code(201).send({ message: 'User registered successfully', user: userStore.toUser(user) })
    },
  )

  app.post(
    '/api/auth/login',
    {
      schema: {
        tags,
        summary: 'Login',
        body: Credentials,
        response: { 200: LoggedIn, ...errorResponses(401, 429) },
      },
    },
    async (request) => auth.startSession(deps, await auth.logIn(deps, request, request.body)),
  )

  app.post(
    '/api/auth/google-login',
    {
      schema: {
        tags,
        summary: 'Google Login',
        body: GoogleLogin,
        response: { 200: LoggedIn, ...errorResponses(401, 409, 429) },
      },
    },
    async (request) => auth.startSession(deps, await auth.logInWithGoogle(deps, request, request.body.token)),
  )

  app.post(
    '/api/auth/refresh',
    {
      schema: {
        tags,
        summary: 'Refresh Token',
        description: 'Takes the refresh token in the Authorization header.',
        security: [{ bearer: [] }],
        response: { 200: Refreshed, ...errorResponses(401) },
      },
    },
    async (request) => ({ access_token: await auth.refresh(deps, bearerToken(request.raw)) }),
  )
}

export function profileRoutes(app: App, _deps: Deps): void {
  app.get(
    '/api/auth/profile',
    { schema: { tags, summary: 'Get Profile', response: { 200: Profile, ...errorResponses(401) } } },
    async ({ caller }) => ({ user: userStore.toUser(caller) }),
  )
}
