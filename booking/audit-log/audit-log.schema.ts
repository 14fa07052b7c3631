import Type, { type Static } from 'typebox'
import { AUDIT_SUBJECTS } from '#booking/database/audit-log.table.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable, Time, WireTime } from '#shared/http/schemas/schemas.ts'

export const AuditEntry = Type.Object(
  {
    id: Type.Integer(),
    at: WireTime,
    actor_id: Nullable(Id),
    action: Type.String({ examples: ['event.cancelled'] }),
    subject: Type.Enum([...AUDIT_SUBJECTS]),
    subject_id: Id,
    details: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'What changed.',
    }),
  },
  { title: 'AuditEntry' },
)
export type AuditEntry = Static<typeof AuditEntry>

/** An entry for people to read, with the names that belong to its ids now. */
export const NamedAuditEntry = Type.Object(
  {
    ...AuditEntry.properties,
    actor: Nullable(Type.String({ description: 'The name of who did it. Null: the product itself.' })),
    subject_title: Nullable(
      Type.String({
        description: 'The title of the event, also of the one that is booked, or the name of the person.',
      }),
    ),
    attendee: Nullable(Type.String({ description: 'Of a booking: the name of who has it.' })),
    event_id: Nullable(Id),
  },
  { title: 'NamedAuditEntry' },
)
export type NamedAuditEntry = Static<typeof NamedAuditEntry>

export const AuditLogQuery = Type.Object({
  ...PageQuery,
  subject: Type.Optional(
    Type.String({ description: '`event`, `booking`, `facilitator` or `user`, in any case.' }),
  ),
  subject_id: Type.Optional(Id),
  actor_id: Type.Optional(Id),
  action: Type.Optional(Type.String({ maxLength: 100, description: 'Such as `event.cancelled`.' })),
  from: Type.Optional(Time('First moment.')),
  to: Type.Optional(Time('The moment before which it ends.')),
})

export const AuditLogPage = Type.Object({ entries: Type.Array(NamedAuditEntry), pagination: Pagination })
