import Type, { type Static } from 'typebox'
import { Facilitator } from '#booking/facilitators/facilitator.schema.ts'
import { GivenPassword, GoogleToken, NewPassword } from '#booking/identity/login/auth.schema.ts'
import { Email, FirstName, LastName, Phone, User } from '#booking/identity/users/user.schema.ts'
import { Nullable, WireTime } from '#shared/http/schemas/schemas.ts'

export const Profile = Type.Object({ user: User })

/** Roles and ways to log in. */
export const AccountFacts = Type.Object({
  is_admin: Type.Boolean(),
  has_password: Type.Boolean(),
  signs_in_with_google: Type.Boolean(),
  email_verified: Type.Boolean({
    description: 'That the address is theirs: by a link that was mailed to it, or by Google.',
  }),
  email_proven: Type.Boolean({ description: 'The same, by its former name.' }),
})
export type AccountFacts = Static<typeof AccountFacts>

/** Which mails the person gets; those that are left out of it are always sent. */
export const Preferences = Type.Object(
  {
    reminders: Type.Boolean({ description: 'Before events that they have booked.' }),
    booking_mails: Type.Boolean({ description: 'Confirmations of what they have booked or cancelled.' }),
    new_bookings: Type.Boolean({ description: 'To facilitators: who has booked.' }),
    cancellations: Type.Boolean({ description: 'To facilitators: who has cancelled.' }),
  },
  { title: 'MailPreferences' },
)

export const ChangePreferences = Type.Partial(Type.Object(Preferences.properties))
export type ChangePreferences = Static<typeof ChangePreferences>

export const PreferencesChanged = Type.Object({ message: Type.String(), preferences: Preferences })

export const OwnAccount = Type.Object({
  account: AccountFacts,
  facilitator: Nullable(
    Type.Object(Facilitator.properties, { description: 'Null when the caller leads no events.' }),
  ),
  preferences: Preferences,
  calendar_opened_at: Nullable(
    Type.String({
      ...WireTime,
      description: 'Since when whoever has the address of their calendar reads their bookings. Null: nobody.',
    }),
  ),
})

export const UpdateProfile = Type.Object({
  first_name: Type.Optional(FirstName),
  last_name: Type.Optional(LastName),
  phone: Type.Optional(Phone),
  email: Type.Optional(Email),
  current_password: Type.Optional(
    Type.String({ ...GivenPassword, description: 'Needed for another e-mail address.' }),
  ),
})
export type UpdateProfile = Static<typeof UpdateProfile>

export const ProfileUpdated = Type.Object({ message: Type.String(), user: User })

export const ChangePassword = Type.Object({
  current_password: Type.Optional(
    Type.String({
      ...GivenPassword,
      description: 'Left out by an account that has none yet: it sends a `google_token`.',
    }),
  ),
  google_token: Type.Optional(
    Type.String({
      ...GoogleToken,
      description:
        'Instead of the current password, and for a first one: an ID token of the linked Google account, at most ten minutes old.',
    }),
  ),
  new_password: NewPassword,
})
export type ChangePassword = Static<typeof ChangePassword>

export const DeleteAccount = Type.Object({
  password: Type.Optional(
    Type.String({ ...GivenPassword, description: 'Needed by an account that has one.' }),
  ),
  confirm: Type.Optional(
    Type.String({
      description: '`DELETE`, from an account that has no password because it signs in with Google.',
    }),
  ),
})
export type DeleteAccount = Static<typeof DeleteAccount>

export const AccountDeleted = Type.Object({
  message: Type.String(),
  cancelled_bookings: Type.Integer({ description: 'Of events that had not begun.' }),
})
