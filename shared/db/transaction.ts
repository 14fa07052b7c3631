import type { Kysely, Transaction } from 'kysely'
import { codeOf } from '#shared/errors/error-facts.ts'

/** SQLSTATEs that concurrent transactions cause: deadlock, serialisation failure, violated exclusion constraint. */
const RACES = new Set(['40P01', '40001', '23P01'])
const TRIES_MAX = 5

/** Runs `work` in a transaction, up to five times when a concurrent one makes it fail. Returns its result. */
export async function retryingTransaction<DB, T>(
  db: Kysely<DB>,
  work: (trx: Transaction<DB>) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (tries === TRIES_MAX || !RACES.has(codeOf(error) ?? '')) throw error
    }
  }
}
