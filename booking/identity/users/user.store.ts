import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { NewUser, UserRow } from '#booking/database/user.table.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { canonicalEmail } from './email.ts'
import type { User } from './user.schema.ts'

export function findById(db: Db, id: number): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Locks the row until the transaction ends; bookings that refer to it can still be inserted. */
export function lock(trx: Db, id: number): Promise<UserRow | undefined> {
  return trx.selectFrom('users').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
}

/** Locks the row until the transaction ends; no booking that refers to it can be inserted meanwhile. */
export async function lockExclusively(trx: Db, id: number): Promise<void> {
  await trx.selectFrom('users').select('id').where('id', '=', id).forUpdate().execute()
}

/** Compares canonical forms, so that every spelling of the address finds the account. */
export function findByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('email_key', '=', canonicalEmail(email)).executeTakeFirst()
}

export function findByGoogleSub(db: Db, sub: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('google_sub', '=', sub).executeTakeFirst()
}

/** Returns undefined when the address is taken. */
export function insert(db: Db, user: NewUser): Promise<UserRow | undefined> {
  return db
    .insertInto('users')
    .values(withKey(user))
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export function update(db: Db, id: number, changes: Partial<NewUser>): Promise<UserRow> {
  return db
    .updateTable('users')
    .set(withKey(changes))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/**
 * The same, and revokes all tokens issued before, the calendar token included. Waits for bookings of the account that are
 * under way; later ones wait for this transaction and are refused.
 */
export async function updateAndEndSessions(trx: Db, id: number, changes: Partial<NewUser>): Promise<UserRow> {
  await lockExclusively(trx, id)
  await trx.deleteFrom('sessions').where('user_id', '=', id).execute()
  return trx
    .updateTable('users')
    .set({ ...withKey(changes), session_version: sql`session_version + 1` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

const withKey = <T extends Partial<NewUser>>(changes: T): T =>
  changes.email === undefined ? changes : { ...changes, email_key: canonicalEmail(changes.email) }

export function toUser(row: UserRow): User {
  const { id, email, first_name, last_name, phone, created_at, is_active } = row
  return { id, email, first_name, last_name, phone, created_at: toWireTime(created_at), is_active }
}

/** Locks the rows of all active admins, so that two cannot be removed concurrently. Returns their ids. */
export async function lockAdmins(trx: Db): Promise<number[]> {
  const admins = await trx
    .selectFrom('users')
    .select('id')
    .where('is_admin', '=', true)
    .where('is_active', '=', true)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  return admins.map(({ id }) => id)
}
