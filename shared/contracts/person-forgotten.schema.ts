import Type, { type Static } from 'typebox'
import { Id } from '#shared/http/schemas/schemas.ts'

/** The answer of the CRM to `PUT /api/users/<id>/anonymise`. */
export const PersonForgotten = Type.Object(
  {
    message: Type.String(),
    user_id: Id,
    bookings: Type.Integer({ description: 'Bookings that say no longer whose they are.' }),
  },
  { title: 'PersonForgotten' },
)
export type PersonForgotten = Static<typeof PersonForgotten>
