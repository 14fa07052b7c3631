import type { Kysely, Transaction } from 'kysely'

/** What another transaction can cause by being faster: a deadlock, a serialisation failure, a range that is now taken. */
const RACES = new Set(['40P01', '40001', '23P01'])
const TRIES_MAX = 5

/** A transaction that is begun anew when somebody else's got in its way: `work` may run several times. */
export async function retryingTransaction<DB, T>(
  db: Kysely<DB>,
  work: (trx: Transaction<DB>) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (tries === TRIES_MAX || !RACES.has(String((error as { code?: unknown }).code))) throw error
    }
  }
}
