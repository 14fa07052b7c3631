import { type SelectQueryBuilder, sql } from 'kysely'
import type { AuditRow, AuditSubject, NewAuditEntry } from '#booking/database/audit-log.table.ts'
import type { Database, Db } from '#booking/database/database.ts'
import { fullNameOf } from '#booking/database/full-name.sql.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { NamedAuditEntry } from './audit-log.schema.ts'

export type AuditFilter = {
  subject?: AuditSubject | undefined
  subject_id?: number | undefined
  actor_id?: number | undefined
  action?: string | undefined
  from?: Date | undefined
  /** Exclusive. */
  to?: Date | undefined
}

/** Adds entries. Call it in the transaction that makes the change. The trigger `audit_log_is_append_only` rejects later changes. */
export async function record(trx: Db, ...entries: NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map(({ details = {}, ...entry }) => ({ ...entry, details: JSON.stringify(details) }))
  await trx.insertInto('audit_log').values(rows).execute()
}

/** Returns one page, newest first, and the total number of matching entries. */
export async function list(
  db: Db,
  { subject, subject_id, actor_id, action, from, to }: AuditFilter,
  slice: Slice,
): Promise<{ entries: NamedAuditEntry[]; total: number }> {
  let query = db.selectFrom('audit_log')
  if (subject) query = query.where('subject', '=', subject)
  if (subject_id) query = query.where('subject_id', '=', subject_id)
  if (actor_id) query = query.where('actor_id', '=', actor_id)
  if (action) query = query.where('action', '=', action)
  if (from) query = query.where('at', '>=', from)
  if (to) query = query.where('at', '<', to)
  const newest = query.select(AUDIT_COLUMNS).orderBy('id', 'desc')
  const page = named(db, newest.limit(slice.limit).offset(slice.offset))
  const count = query.select(({ fn }) => fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { entries: rows.map(toEntry), total }
}

/** Joined to the page only, so that a search costs no more. */
function named(db: Db, page: SelectQueryBuilder<Database, 'audit_log', Omit<AuditRow, 'xact'>>) {
  return db
    .selectFrom(page.as('entry'))
    .leftJoin('users as actor', 'actor.id', 'entry.actor_id')
    .leftJoin('bookings', (join) =>
      join.onRef('bookings.id', '=', 'entry.subject_id').on('entry.subject', '=', 'booking'),
    )
    .leftJoin('facilitators', (join) =>
      join.onRef('facilitators.id', '=', 'entry.subject_id').on('entry.subject', '=', 'facilitator'),
    )
    .leftJoin('events', (join) =>
      join.on(
        'events.id',
        '=',
        sql<number>`case entry.subject when 'event' then entry.subject_id else bookings.event_id end`,
      ),
    )
    .leftJoin('users as person', (join) =>
      join.on(
        'person.id',
        '=',
        sql<number>`case entry.subject when 'user' then entry.subject_id else coalesce(bookings.user_id, facilitators.user_id) end`,
      ),
    )
    .selectAll('entry')
    .select([
      fullNameOf<string | null>('actor').as('actor'),
      sql<string | null>`coalesce(events.title, ${fullNameOf('person')})`.as('subject_title'),
      sql<string | null>`case when bookings.id is not null then ${fullNameOf('person')} end`.as('attendee'),
      'events.id as event_id',
    ])
    .orderBy('entry.id', 'desc')
}

/** What is shown of an entry. */
export const AUDIT_COLUMNS = ['id', 'at', 'actor_id', 'action', 'subject', 'subject_id', 'details'] as const

export const toEntry = <Row extends Pick<AuditRow, 'at'>>({ at, ...row }: Row) => ({
  ...row,
  at: toWireTime(at),
})
