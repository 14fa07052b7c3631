import Type, { type Static } from 'typebox'
import { Email, FirstName, LastName, Phone, User } from '#booking/identity/users/user.schema.ts'

/** A password to be set; `readNewPassword` checks the rest. */
export const NewPassword = Type.String({ minLength: 8, maxLength: 128 })
/** A password to be compared. */
export const GivenPassword = Type.String({ minLength: 1, maxLength: 1024 })

export const Register = Type.Object({
  email: Email,
  password: NewPassword,
  first_name: FirstName,
  last_name: LastName,
  phone: Type.Optional(Phone),
})
export type Register = Static<typeof Register>

export const Credentials = Type.Object({
  email: Type.String({ minLength: 1, maxLength: 254 }),
  password: GivenPassword,
})
export type Credentials = Static<typeof Credentials>

export const GoogleToken = Type.String({
  minLength: 1,
  maxLength: 8192,
  description: 'The ID token (JWT) that Google Sign-In returned.',
})
export const GoogleLogin = Type.Object({ token: GoogleToken })

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

export const Refreshed = Type.Object({
  access_token: Type.String({ description: 'Valid for one hour.' }),
  refresh_token: Type.String({
    description:
      'Valid for 30 days, and for 90 since the login at most. Replaces the one before when it is used.',
  }),
})
export type Refreshed = Static<typeof Refreshed>
