import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '#booking/database.ts'

/** How counted attempts name an account. Hashed: people type passwords where the address belongs, and those must not be stored. */
export function accountKey(account: string): string {
  return createHash('sha256').update(account.trim().toLowerCase()).digest('base64url')
}

/** Keys end with the account they are about, and some say from where it was used. */
export async function forgetAttempts(trx: Db, account: string): Promise<void> {
  const key = accountKey(account)
  await sql`delete from login_attempts where right(key, ${key.length}::integer) = ${key}`.execute(trx)
}
