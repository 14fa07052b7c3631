import Type, { type Static } from 'typebox'
import { NewPassword } from '#booking/identity/login/auth.schema.ts'

export const ForgotPassword = Type.Object({ email: Type.String({ minLength: 1, maxLength: 254 }) })
export type ForgotPassword = Static<typeof ForgotPassword>

/** What stands behind the `#` of a link that was mailed. */
const LinkToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'From the link in the mail: what stands behind its `#`.',
})

export const ResetPassword = Type.Object({ token: LinkToken, password: NewPassword })
export type ResetPassword = Static<typeof ResetPassword>

export const Done = Type.Object({ message: Type.String() })
