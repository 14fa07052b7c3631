import { type Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely'

/**
 * Replaces Kysely's migration lock, which belongs to the session: behind a pooler in transaction mode it would be taken on one
 * connection and released on another. This lock ends with the transaction (decision 0035).
 */
export class StillpointDialect extends PostgresDialect {
  override createAdapter(): PostgresAdapter {
    return new LockInTransaction()
  }
}

class LockInTransaction extends PostgresAdapter {
  override acquireMigrationLock = (trx: Kysely<unknown>): Promise<void> => lockMigrations(trx)
  override releaseMigrationLock = async (): Promise<void> => {}
}

/** Takes the lock, which is held until the transaction ends. Waits while another instance migrates. */
export async function lockMigrations(trx: Kysely<unknown>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(trx)
}

/** The key of Kysely's own lock, which earlier versions take. */
const LOCK = 3853314791062309107n
