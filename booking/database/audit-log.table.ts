import type { Generated, Insertable, JSONColumnType, Selectable } from 'kysely'

export const AUDIT_SUBJECTS = ['event', 'booking', 'facilitator', 'user'] as const
export type AuditSubject = (typeof AUDIT_SUBJECTS)[number]

/** Append-only: the trigger `audit_log_is_append_only` refuses update, delete and truncate. */
export type AuditLogTable = {
  id: Generated<number>
  at: Date
  /** Null: a job, or an operator at the command line. */
  actor_id: number | null
  /** Noun and past participle, such as `event.cancelled`. */
  action: string
  subject: AuditSubject
  subject_id: number
  /** What changed. No names, addresses or free text: rows outlive the accounts they refer to. */
  details: JSONColumnType<Record<string, unknown>>
  /** The `xid8` of the transaction, set by the database; null of entries from before it was kept. */
  xact: Generated<string | null>
}

export type AuditRow = Omit<Selectable<AuditLogTable>, 'xact'>
export type NewAuditEntry = Omit<Insertable<AuditLogTable>, 'details' | 'xact'> & {
  details?: Record<string, unknown>
}
