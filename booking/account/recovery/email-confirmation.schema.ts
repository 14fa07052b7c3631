import Type, { type Static } from 'typebox'
import { LinkToken } from './link.schema.ts'

export const VerifyEmail = Type.Object({ token: LinkToken })
export type VerifyEmail = Static<typeof VerifyEmail>
