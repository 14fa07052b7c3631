import Type, { type Static } from 'typebox'
import { MAIL_STATUSES } from '#booking/database/mail.table.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'

export const ListedMail = Type.Object(
  {
    id: Type.Integer(),
    kind: Type.String({ examples: ['booking-confirmed'] }),
    status: Type.Enum([...MAIL_STATUSES], {
      description:
        '`waiting` for its time or another attempt, `sending`, `sent`, `failed` for good, `dropped` because it was no longer true, or because its address takes no mail.',
    }),
    user: Type.Object({ id: Id, name: Type.String(), email: Type.String() }),
    event_id: Nullable(Id),
    booking_id: Nullable(Id),
    sent_to: Nullable(Type.String({ description: 'The address at the time it was sent.' })),
    subject: Nullable(Type.String({ description: 'Null until it is sent: only then it is written.' })),
    attempts: Type.Integer(),
    last_error: Nullable(Type.String({ description: 'What the mail server said, or why it was dropped.' })),
    next_attempt_at: Nullable(WireTime),
    created_at: WireTime,
    ended_at: Nullable(WireTime),
  },
  { title: 'ListedMail' },
)
export type ListedMail = Static<typeof ListedMail>

export const WholeMail = Type.Object(
  {
    ...ListedMail.properties,
    text: Nullable(Type.String()),
    html: Nullable(Type.String()),
    calendar: Nullable(Type.String({ description: 'The iCalendar file that came with it.' })),
  },
  { title: 'WholeMail' },
)
export type WholeMail = Static<typeof WholeMail>

export const MailQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(
    Type.String({ description: '`waiting`, `sending`, `sent`, `failed` or `dropped`, in any case.' }),
  ),
  search: Type.Optional(
    Type.String({ maxLength: 200, description: 'Words of the subject, or of the person’s name or address.' }),
  ),
})

const MailHealth = Type.Object({
  is_on: Type.Boolean({ description: 'False with MAIL=off.' }),
  is_server_away: Type.Boolean({
    description: 'The last attempts of this instance did not reach the mail server.',
  }),
  waiting: Type.Integer({ description: 'Mails that are due and not sent.' }),
  oldest_at: Nullable(Type.String({ ...WireTime, description: 'Since when the oldest of them waits.' })),
})

export const MailPage = Type.Object({
  mails: Type.Array(ListedMail),
  health: MailHealth,
  pagination: Pagination,
})
export const OneMail = Type.Object({ mail: WholeMail })
export const MailRetried = Type.Object({ message: Type.String(), mail: WholeMail })
