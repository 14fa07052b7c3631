import { type RawBuilder, sql } from 'kysely'
import type { AuditSubject } from '#booking/database/audit-log.table.ts'

type Entries = {
  at: Date
  /** Null: a job, or an operator at the command line. */
  actor_id: RawBuilder<unknown> | number | null
  action: string
  subject: AuditSubject
  subject_id: RawBuilder<unknown>
  /** A `jsonb` expression. Default: `{}`. */
  details?: RawBuilder<unknown>
  /** The `from` clause: one entry is inserted per row. */
  source: RawBuilder<unknown>
}

/** Returns an `insert into audit_log` for use as a CTE of the statement that makes the changes; entries in this order. */
export function insertEntries(...all: Entries[]): RawBuilder<unknown> {
  return sql`insert into audit_log (at, actor_id, action, subject, subject_id, details)
    ${sql.join(all.map(selectEntries), sql` union all `)}`
}

function selectEntries({ at, actor_id, action, subject, subject_id, details, source }: Entries) {
  return sql`select ${at}::timestamptz, ${actor_id}::integer, ${sql.lit(action)}, ${sql.lit(subject)}, ${subject_id},
    ${details ?? sql`'{}'::jsonb`} from ${source}`
}
