import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { NewUser, UserRow } from '#booking/database/user.table.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { canonicalEmail } from './email.ts'
import type { User } from './user.schema.ts'

export function findById(db: Db, id: number): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Holds the account's row until the transaction ends; bookings may go on referring to it meanwhile. */
export function lock(trx: Db, id: number): Promise<UserRow | undefined> {
  return trx.selectFrom('users').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
}

/** The same, and nobody refers to it anew meanwhile: no booking is made that is not seen here. */
export async function lockForGood(trx: Db, id: number): Promise<void> {
  await trx.selectFrom('users').select('id').where('id', '=', id).forUpdate().execute()
}

/** Spellings of one address are one: they are compared in canonical form. */
export function findByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('email_key', '=', canonicalEmail(email)).executeTakeFirst()
}

export function findByGoogleSub(db: Db, sub: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('google_sub', '=', sub).executeTakeFirst()
}

/** Undefined when the address is taken. */
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
 * The same; besides, no token that was issued before is accepted any more, nor is the address of the calendar. Whoever is
 * booking in the name of the account is waited for, and who comes later waits and finds it changed.
 */
export async function updateAndEndSessions(trx: Db, id: number, changes: Partial<NewUser>): Promise<UserRow> {
  await lockForGood(trx, id)
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

/** Holds the rows of all who are admins, so that no two can cease to be at once. Returns their ids. */
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
