import { type RawBuilder, sql } from 'kysely'
import type { AuditSubject } from '#booking/database/audit-log.table.ts'

type Entries = {
  at: Date
  /** Null: the product itself. */
  actor_id: RawBuilder<unknown> | number | null
  action: string
  subject: AuditSubject
  subject_id: RawBuilder<unknown>
  /** `jsonb`; left out when the action says all. */
  details?: RawBuilder<unknown>
  /** What stands behind `from`: one entry for each of its rows. */
  source: RawBuilder<unknown>
}

/** For a statement that makes many changes: adds the entries of all of them, in this order. */
export function insertEntries(...all: Entries[]): RawBuilder<unknown> {
  return sql`insert into audit_log (at, actor_id, action, subject, subject_id, details)
    ${sql.join(all.map(selectEntries), sql` union all `)}`
}

function selectEntries({ at, actor_id, action, subject, subject_id, details, source }: Entries) {
  return sql`select ${at}::timestamptz, ${actor_id}::integer, ${sql.lit(action)}, ${sql.lit(subject)}, ${subject_id},
    ${details ?? sql`'{}'::jsonb`} from ${source}`
}
