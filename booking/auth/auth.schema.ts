import Type, { type Static } from 'typebox'
import { User } from '#booking/users/user.schema.ts'
import { Nullable } from '#shared/http/schemas.ts'

const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' })

export const Register = Type.Object({
  email: Type.String({ minLength: 3, maxLength: 254, description: 'Unique, ignoring case.' }),
  password: Type.String({ minLength: 8, maxLength: 128 }),
  first_name: Name,
  last_name: Name,
  phone: Type.Optional(Nullable(Type.String({ maxLength: 32 }))),
})
export type Register = Static<typeof Register>

export const Credentials = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: Type.String({ minLength: 1, maxLength: 1024 }),
})
export type Credentials = Static<typeof Credentials>

export const GoogleLogin = Type.Object({
  token: Type.String({
    minLength: 1,
    maxLength: 8192,
    description: 'The ID token (JWT) that Google Sign-In returned.',
  }),
})

export const LogOut = Type.Object({
  refresh_token: Type.Optional(
    Type.String({
      maxLength: 8192,
      description: 'Ends its session too. Not needed for one of the same login, which ends anyway.',
    }),
  ),
  everywhere: Type.Optional(Type.Boolean({ description: 'true: ends every session of the account.' })),
})
export type LogOut = Static<typeof LogOut>

export const LoggedOut = Type.Object({ message: Type.String() })

export const Registered = Type.Object({ message: Type.String(), user: User })

export const LoggedIn = Type.Object({
  message: Type.String(),
  user: User,
  access_token: Type.String({ description: 'Valid for one hour.' }),
  refresh_token: Type.String({ description: 'Valid for 30 days, at /api/auth/refresh only.' }),
})
export type LoggedIn = Static<typeof LoggedIn>

export const Refreshed = Type.Object({ access_token: Type.String() })
export const Profile = Type.Object({ user: User })
