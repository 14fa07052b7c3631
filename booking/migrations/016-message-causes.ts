import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Which request a message comes from, and its place in a trace: whoever delivers it, whenever, can say so. Instances
  // of the version before leave them empty.
  await sql`alter table outbox add column request_id text, add column trace_parent text`.execute(db)
}
