import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { canonicalEmail } from '#booking/identity/users/email.ts'

/** Whose account an attempt is about: the id of one that exists, or else what was typed for an address. */
export type Account = number | string

/** How counted attempts name an account. Hashed: people type passwords where the address belongs, and those must not be stored. */
export function accountKey(account: Account): string {
  const name = typeof account === 'number' ? `account ${account}` : canonicalEmail(account)
  return createHash('sha256').update(name).digest('base64url')
}

/** Keys end with the account they are about, and some say from where it was used. */
export async function forgetAttempts(trx: Db, accounts: Account[]): Promise<void> {
  const keys = accounts.map(accountKey)
  await sql`
    delete from login_attempts where right(key, ${keys[0]?.length ?? 0}::integer) = any(${keys})`.execute(trx)
}
