import { type Kysely, sql } from 'kysely'

/** Who has looked after a customer, and what else a file backup may say about a booking. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table crm_status_changes add column author text`.execute(db)
  await sql`alter table notifications add column imported_fields jsonb`.execute(db)
}
