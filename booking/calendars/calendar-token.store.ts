import type { Db } from '#booking/database/database.ts'

type NewToken = { user_id: number; token_hash: string; created_at: Date }

/**
 * A user has one token: an earlier one stops working. The trigger `calendar_tokens_note_session_version` sets
 * `session_version`, by which `findUser` notices that the sessions were ended since.
 */
export async function replace(trx: Db, token: NewToken): Promise<void> {
  await trx
    .insertInto('calendar_tokens')
    .values(token)
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(token))
    .execute()
}

/** Returns false when there was none. */
export async function remove(trx: Db, user_id: number): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('calendar_tokens')
    .where('user_id', '=', user_id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Returns when the user's valid token was created. */
export async function findOpen(db: Db, user_id: number): Promise<Date | undefined> {
  const row = await open(db)
    .select('calendar_tokens.created_at')
    .where('users.id', '=', user_id)
    .executeTakeFirst()
  return row?.created_at
}

/** Returns the token's user, unless the account is closed or its sessions were ended since the token was created. */
export async function findUser(db: Db, token_hash: string): Promise<number | undefined> {
  const row = await open(db).select('users.id').where('token_hash', '=', token_hash).executeTakeFirst()
  return row?.id
}

function open(db: Db) {
  return db
    .selectFrom('calendar_tokens')
    .innerJoin('users', 'users.id', 'calendar_tokens.user_id')
    .where('users.is_active', '=', true)
    .whereRef('calendar_tokens.session_version', '=', 'users.session_version')
}
