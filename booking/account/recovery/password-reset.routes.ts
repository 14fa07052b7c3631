import type { CredentialAdmission } from '#booking/identity/login/credential-admission.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import { Done } from './link.schema.ts'
import { ForgotPassword, ResetPassword } from './password-reset.schema.ts'
import type { PasswordResetDeps } from './password-reset.service.ts'
import * as passwordReset from './password-reset.service.ts'

type PasswordResetRouteDeps = PasswordResetDeps & { identity: { credentials: CredentialAdmission } }

const tags = ['Authentication']

/** Without a login, which is what is missing. */
export function passwordResetRoutes(app: App, deps: PasswordResetRouteDeps): void {
  app.post(
    '/api/auth/forgot-password',
    {
      schema: {
        tags,
        summary: 'Ask for New Password',
        description:
          'Mails a link, which works once and for an hour, to the owner of the account. The answer is the same, and takes as long, where there is none.',
        body: ForgotPassword,
        response: { 202: Done, ...errorResponses(429) },
      },
    },
    async (request, reply) => {
      await passwordReset.ask(deps, request, request.body)
      return reply.code(202).send({
        message: 'If there is an account with this e-mail address, a link is on its way to it',
      })
    },
  )

  app.post(
    '/api/auth/reset-password',
    {
      config: { hasOwnQueue: true },
      schema: {
        tags,
        summary: 'Set New Password',
        description:
          'With the token of a mailed link, which it uses up. Ends every session of the account and confirms its address.',
        body: ResetPassword,
        response: { 200: Done, ...errorResponses(429) },
      },
    },
    async (request) => {
      const { ip, body } = request
      const user = await deps.identity.credentials.runWithoutHash(ip, () =>
        passwordReset.findOwner(deps, request, body),
      )
      await deps.identity.credentials.runWithHash(ip, user.id, () => passwordReset.reset(deps, body))
      return { message: 'Password changed successfully' }
    },
  )
}
