import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Since when what people have booked is as it is; null for what was never changed, and for changes before this column.
  await sql`alter table events add column terms_changed_at timestamptz`.execute(db)
}
