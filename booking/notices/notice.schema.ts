import Type, { type Static } from 'typebox'
import { NOTICE_KINDS } from '#booking/database/seen-notice.table.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'

const Times = { start_datetime: WireTime, end_datetime: WireTime, timezone: Type.String() }

const NoticePlace = Type.Object(
  { ...Times, location: Nullable(Type.String()), virtual_link: Nullable(Type.String()) },
  { title: 'NoticePlace' },
)
export type NoticePlace = Static<typeof NoticePlace>

export const Notice = Type.Object(
  {
    id: Type.String({ description: 'Of what it tells: after another change it is another.' }),
    kind: Type.Enum([...NOTICE_KINDS]),
    at: WireTime,
    event: Type.Object({
      id: Id,
      title: Type.String(),
      ...Times,
      location: Nullable(Type.String()),
    }),
    before: Nullable(
      Type.Object(NoticePlace.properties, {
        description:
          'Of a move: when and where the event was when the caller booked, or last saw a notice about it. Otherwise null.',
      }),
    ),
    after: Nullable(
      Type.Object(NoticePlace.properties, { description: 'Of a move: when and where it is now.' }),
    ),
    reason: Nullable(Type.String({ description: 'Of a cancellation, if one was given.' })),
    message: Nullable(Type.Object({ subject: Type.String(), text: Type.String(), author: Type.String() })),
  },
  { title: 'Notice' },
)
export type Notice = Static<typeof Notice>

export const NoticeList = Type.Object({
  notices: Type.Array(Notice, { description: 'The newest first, at most 50.' }),
})

const SEEN_AT_ONCE_MAX = 100

export const SeeNotices = Type.Object({
  ids: Type.Array(Type.String({ pattern: '^[a-z-]{1,30}:[0-9]{1,10}(:[0-9]{1,10})?$' }), {
    minItems: 1,
    maxItems: SEEN_AT_ONCE_MAX,
    description: 'As `GET /api/notices` gives them.',
  }),
})
export type SeeNotices = Static<typeof SeeNotices>

export const NoticesSeen = Type.Object({ message: Type.String() })
