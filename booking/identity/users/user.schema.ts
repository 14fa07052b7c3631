import Type, { type Static } from 'typebox'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'
import { Line, OptionalLine } from '#shared/http/schemas/text-schemas.ts'

const NAME_MAX = 100
export const FirstName = Line({ minLength: 1, maxLength: NAME_MAX })
export const LastName = OptionalLine({
  maxLength: NAME_MAX,
  description: 'May be empty: some people have one name only.',
})
export const Phone = Nullable(OptionalLine({ maxLength: 32 }))
export const Email = Type.String({
  minLength: 3,
  maxLength: 254,
  description: 'Unique, ignoring case and other ways of writing the same address.',
})

export const User = Type.Object(
  {
    id: Id,
    email: Type.String(),
    first_name: Type.String(),
    last_name: Type.String(),
    phone: Nullable(Type.String()),
    created_at: WireTime,
    is_active: Type.Boolean(),
  },
  { title: 'User' },
)
export type User = Static<typeof User>
