import { sql } from 'kysely'
import type { Db } from '#booking/database.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { User } from './user.schema.ts'
import type { NewUser, UserRow } from './user.table.ts'

export function findById(db: Db, id: number): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Holds the account's row until the transaction ends; bookings may go on referring to it meanwhile. */
export function lock(trx: Db, id: number): Promise<UserRow | undefined> {
  return trx.selectFrom('users').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst()
}

/** The address is compared ignoring case. */
export function findByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('users')
    .selectAll()
    .where(sql`lower(email)`, '=', sql`lower(${email})`)
    .executeTakeFirst()
}

export function findByGoogleSub(db: Db, sub: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('google_sub', '=', sub).executeTakeFirst()
}

/** Undefined when the address is taken. */
export function insert(db: Db, user: NewUser): Promise<UserRow | undefined> {
  return db
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
}

export function update(db: Db, id: number, changes: Partial<NewUser>): Promise<UserRow> {
  return db.updateTable('users').set(changes).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
}

/** The same; besides, no token that was issued before is accepted any more. */
export function updateAndEndSessions(db: Db, id: number, changes: Partial<NewUser>): Promise<UserRow> {
  return db
    .updateTable('users')
    .set({ ...changes, session_version: sql`session_version + 1` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function toUser(row: UserRow): User {
  const { id, email, first_name, last_name, phone, created_at, is_active } = row
  return { id, email, first_name, last_name, phone, created_at: toWireTime(created_at), is_active }
}
