import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import { canonicalEmail } from '#booking/identity/users/email.ts'

/** The account an attempt is made on: its id, or the text typed as an address when there is no such account. */
export type Account = number | string

/** Returns the key of an account in `login_attempts`. Hashed, since people also type passwords into the address field. */
export function accountKey(account: Account): string {
  const name = typeof account === 'number' ? `account ${account}` : canonicalEmail(account)
  return createHash('sha256').update(name).digest('base64url')
}

/** Resets all counts of the accounts. Keys end with the account; some begin with an address. */
export async function forgetAttempts(trx: Db, accounts: Account[]): Promise<void> {
  const keys = accounts.map(accountKey)
  await sql`
    delete from login_attempts where right(key, ${keys[0]?.length ?? 0}::integer) = any(${keys})`.execute(trx)
}
