import Type, { type Static } from 'typebox'
import { WireTime } from '#shared/http/schemas/schemas.ts'

export const OwnSession = Type.Object(
  {
    id: Type.String(),
    started_at: WireTime,
    last_used_at: WireTime,
    device: Type.String({ description: 'What program it is on, as that says of itself.' }),
    is_current: Type.Boolean({ description: 'true: the session of this request.' }),
  },
  { title: 'OwnSession' },
)
export type OwnSession = Static<typeof OwnSession>

export const OwnSessions = Type.Object({ sessions: Type.Array(OwnSession) })
export const SessionParams = Type.Object({ id: Type.String({ maxLength: 100 }) })
export const SessionEnded = Type.Object({ message: Type.String() })
