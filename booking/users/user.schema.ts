import Type, { type Static } from 'typebox'
import { Id, Nullable, WireTime } from '#shared/http/schemas.ts'

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
