import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { OwnSessions, SessionEnded, SessionParams } from './own-session.schema.ts'
import { endSession, listSessions, type OwnSessionDeps } from './own-session.service.ts'

type OwnSessionRouteDeps = OwnSessionDeps

const tags = ['Authentication']

export function ownSessionRoutes(app: App, deps: OwnSessionRouteDeps): void {
  app.get(
    '/api/auth/sessions',
    {
      schema: {
        tags,
        summary: 'Get Own Sessions',
        description: 'Where the caller is logged in, the last used first.',
        response: { 200: OwnSessions, ...errorResponses(401) },
      },
    },
    async (request) => ({ sessions: await listSessions(deps, request) }),
  )

  app.delete(
    '/api/auth/sessions/:id',
    {
      schema: {
        tags,
        summary: 'End Own Session',
        description:
          'Its tokens are worthless afterwards. That of this request is one of them, if it is named.',
        params: SessionParams,
        response: { 200: SessionEnded, ...errorResponses(401, 404) },
      },
    },
    async (request) => {
      await endSession(deps, request, request.params.id)
      return { message: 'Session ended successfully' }
    },
  )
}
