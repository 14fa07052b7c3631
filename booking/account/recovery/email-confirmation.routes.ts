import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { VerifyEmail } from './email-confirmation.schema.ts'
import type { EmailConfirmationDeps } from './email-confirmation.service.ts'
import * as emailConfirmation from './email-confirmation.service.ts'
import { Done } from './link.schema.ts'

const tags = ['Authentication']

export function emailConfirmationRoutes(app: App, deps: EmailConfirmationDeps): void {
  app.post(
    '/api/auth/verify-email',
    {
      schema: {
        tags,
        summary: 'Confirm Address',
        description:
          'With the token of the link that was mailed to the address, which it uses up, by the account that has the address.',
        body: VerifyEmail,
        response: { 200: Done, ...errorResponses(401, 403, 409, 429) },
      },
    },
    async (request) => {
      await emailConfirmation.confirm(deps, request, request.caller, request.body)
      return { message: 'Your e-mail address is confirmed' }
    },
  )

  app.post(
    '/api/auth/verify-email/resend',
    {
      schema: {
        tags,
        summary: 'Mail Link Again',
        description: 'The link to confirm the address. It replaces the one before.',
        response: { 202: Done, ...errorResponses(401, 409, 429) },
      },
    },
    async (request, reply) => {
      await emailConfirmation.resend(deps, request, request.caller)
      return reply.code(202).send({ message: 'A link is on its way to your e-mail address' })
    },
  )
}
