import { type Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely'

/**
 * The migrator's own lock belongs to a session. Behind a pooler in transaction mode nobody has one: the lock would be
 * taken in one connection and never be given back in another. This one ends with the transaction.
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

/** Waits for whoever migrates, and keeps others waiting until the transaction has ended. */
export async function lockMigrations(trx: Kysely<unknown>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(trx)
}

/** What versions before this one lock for the length of their session, so that they never migrate at the same time. */
const LOCK = 3853314791062309107n
