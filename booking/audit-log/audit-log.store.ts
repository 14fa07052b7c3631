import type { AuditRow, AuditSubject, NewAuditEntry } from '#booking/database/audit-log.table.ts'
import type { Db } from '#booking/database/database.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { AuditEntry } from './audit-log.schema.ts'

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
): Promise<{ entries: AuditEntry[]; total: number }> {
  let query = db.selectFrom('audit_log')
  if (subject) query = query.where('subject', '=', subject)
  if (subject_id) query = query.where('subject_id', '=', subject_id)
  if (actor_id) query = query.where('actor_id', '=', actor_id)
  if (action) query = query.where('action', '=', action)
  if (from) query = query.where('at', '>=', from)
  if (to) query = query.where('at', '<', to)
  const page = query.select(AUDIT_COLUMNS).orderBy('id', 'desc').limit(slice.limit).offset(slice.offset)
  const count = query.select(({ fn }) => fn.countAll<number>().as('total'))
  const [rows, { total }] = await Promise.all([page.execute(), count.executeTakeFirstOrThrow()])
  return { entries: rows.map(toEntry), total }
}

/** What is shown of an entry. */
export const AUDIT_COLUMNS = ['id', 'at', 'actor_id', 'action', 'subject', 'subject_id', 'details'] as const

export function toEntry({ at, ...row }: AuditRow): AuditEntry {
  return { ...row, at: toWireTime(at) }
}
