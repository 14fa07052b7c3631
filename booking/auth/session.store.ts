import { sql } from 'kysely'
import type { Db } from '#booking/database.ts'
import type { UserRow } from '#booking/users/user.table.ts'

/** An account, with the sessions of it that were logged out lately. */
export type Account = UserRow & { ended_sessions: string[] }

export async function listAccounts(db: Db, ids: number[], endedSince: Date): Promise<Account[]> {
  const { rows } = await sql<Account>`
    select users.*, array(
      select id from ended_sessions where user_id = users.id and ended_at >= ${endedSince}
    ) as ended_sessions
    -- Out of the planner's sight: it would plan anew for every length.
    from users where id = any((select ${ids}::integer[])::integer[])`.execute(db)
  return rows
}

export async function isEnded(db: Db, id: string): Promise<boolean> {
  const row = await db.selectFrom('ended_sessions').select('id').where('id', '=', id).executeTakeFirst()
  return row !== undefined
}

/** Ending it once more changes nothing, nor does ending one of an account that is gone. */
export async function end(db: Db, { id, userId }: { id: string; userId: number }, now: Date): Promise<void> {
  await sql`
    insert into ended_sessions (id, user_id, ended_at)
    select ${id}::uuid, id, ${now} from users where id = ${userId}
    on conflict do nothing`.execute(db)
}

/** Whose tokens have expired by themselves. */
export async function removeEndedBefore(db: Db, time: Date): Promise<void> {
  await db.deleteFrom('ended_sessions').where('ended_at', '<', time).execute()
}
