import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // People who have been forgotten here and whom the CRM has to forget too. Rows stay, as the proof that it has, and
  // so that it can be told once more after an old backup of it was restored.
  await sql`
    create table crm_erasures (
      user_id         integer primary key references users,
      requested_at    timestamptz not null,
      attempts        integer not null default 0,
      next_attempt_at timestamptz not null,
      last_error      text,
      acknowledged_at timestamptz
    )`.execute(db)
  await sql`create index crm_erasures_due on crm_erasures (next_attempt_at) where acknowledged_at is null`.execute(
    db,
  )
  // Entries are added in order of time, so a few numbers for each stretch of the table find a span of it.
  await sql`create index audit_log_by_time on audit_log using brin (at)`.execute(db)
}
