import Type, { type Static } from 'typebox'
import { NewPassword } from '#booking/identity/login/auth.schema.ts'
import { LinkToken } from './link.schema.ts'

export const ForgotPassword = Type.Object({ email: Type.String({ minLength: 1, maxLength: 254 }) })
export type ForgotPassword = Static<typeof ForgotPassword>

export const ResetPassword = Type.Object({ token: LinkToken, password: NewPassword })
export type ResetPassword = Static<typeof ResetPassword>
