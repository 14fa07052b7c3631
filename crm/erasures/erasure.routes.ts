import { PersonForgotten } from '#shared/contracts/person-forgotten.schema.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses, IdParams } from '#shared/http/schemas/schemas.ts'
import { type ErasureDeps, forget } from './erasure.service.ts'

type ErasureRouteDeps = ErasureDeps

export function erasureRoutes(app: App, deps: ErasureRouteDeps): void {
  app.put(
    '/api/users/:id/anonymise',
    {
      schema: {
        tags: ['People'],
        summary: 'Forget a Person',
        description:
          'Takes name, address, phone and notes out of everything known of a user. Of a user nobody has heard of there is nothing to take: that is a success too.',
        params: IdParams,
        response: { 200: PersonForgotten, ...errorResponses(401, 404) },
      },
    },
    async ({ params }) => ({
      message: 'Person forgotten successfully',
      user_id: params.id,
      ...(await forget(deps, params.id)),
    }),
  )
}
