import type { Db } from '#booking/database/database.ts'
import type { LinkPurpose, LinkTokenRow } from '#booking/database/link-token.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'

/**
 * Replaces the account's link of this purpose. This very link stays as it was when it was first mailed, so that a copy of the mail
 * does not bring it back to life.
 */
export async function replace(db: Db, link: Omit<LinkTokenRow, 'used_at'>): Promise<void> {
  await db
    .insertInto('link_tokens')
    .values({ ...link, used_at: null })
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'purpose'])
        .doUpdateSet({ ...link, used_at: null })
        .whereRef('link_tokens.token_hash', '<>', 'excluded.token_hash'),
    )
    .execute()
}

/** Which link, and when it is looked at. */
export type LinkQuery = { purpose: LinkPurpose; token_hash: string; now: Date }

/**
 * Returns the account of a link that works: not used, replaced or expired, to the address that the account still has. One for a
 * new password also ends with the sessions of that time.
 */
export function findUser(db: Db, query: LinkQuery): Promise<UserRow | undefined> {
  return working(db, query).selectAll('users').executeTakeFirst()
}

/** Uses a link up. Returns false when it does not work any more. Lock the account first. */
export async function use(trx: Db, query: LinkQuery): Promise<boolean> {
  const found = await working(trx, query).select('users.id').forUpdate('link_tokens').executeTakeFirst()
  if (!found) return false
  const { numUpdatedRows } = await trx
    .updateTable('link_tokens')
    .set({ used_at: query.now })
    .where('token_hash', '=', query.token_hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Ends all links of an account for good. Call it after the address has changed: a link that is issued at the same time waits for
 * that change, and then has the wrong address.
 */
export async function endAll(trx: Db, user_id: number, now: Date): Promise<void> {
  await trx
    .updateTable('link_tokens')
    .set({ used_at: now })
    .where('user_id', '=', user_id)
    .where('used_at', 'is', null)
    .execute()
}

export async function forgetExpired(db: Db, now: Date): Promise<void> {
  await db.deleteFrom('link_tokens').where('expires_at', '<', now).execute()
}

export async function erase(trx: Db, user_id: number): Promise<void> {
  await trx.deleteFrom('link_tokens').where('user_id', '=', user_id).execute()
}

function working(db: Db, { purpose, token_hash, now }: LinkQuery) {
  const query = db
    .selectFrom('link_tokens')
    .innerJoin('users', 'users.id', 'link_tokens.user_id')
    .where('token_hash', '=', token_hash)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .where('users.is_active', '=', true)
    .whereRef('users.email_key', '=', 'link_tokens.email_key')
  return purpose === 'verify-email'
    ? query
    : query.whereRef('users.session_version', '=', 'link_tokens.session_version')
}
