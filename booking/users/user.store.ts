import { sql } from 'kysely'
import type { Db } from '#booking/database.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { canonicalEmail } from './email.ts'
import type { User } from './user.schema.ts'
import type { NewUser, UserRow } from './user.table.ts'

export function findById(db: Db, id: number): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Holds the account's row until the transaction ends; bookings may go on referring to it meanwhile. */
export function lock(trx: Db, id: number): Promise<UserRow | undefined> {
  return trx.selectFrom('users').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
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

/** The same; besides, no token that was issued before is accepted any more. */
export function updateAndEndSessions(db: Db, id: number, changes: Partial<NewUser>): Promise<UserRow> {
  return db
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
