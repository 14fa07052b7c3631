import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Currencies have none to four decimals, which the service checks. Without a scale no row is rewritten; the lock is that of a
  // change of the catalogue.
  await sql`alter table events alter column price type numeric`.execute(db)
}
