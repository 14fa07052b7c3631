import { type Kysely, sql } from 'kysely'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

/** Resolves when a statement in this database waits for a lock. */
export async function untilSomebodyWaits<T>(db: Kysely<T>): Promise<void> {
  await waitUntil(async () => {
    const { rows } = await sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    return rows.length > 0
  }, 5_000)
}
