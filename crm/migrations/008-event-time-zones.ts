import { type Kysely, sql } from 'kysely'

/** Where an event is at home, so that an export can say its local time. Null for what was received before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table notifications add column event_timezone text`.execute(db)
}
