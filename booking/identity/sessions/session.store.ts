import { type Expression, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { SessionTable } from '#booking/database/session.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Session } from './tokens.ts'

/** An account, with the sessions of it that were ended lately. */
export type Account = UserRow & { ended_sessions: string[] }

/** A session as the database knows it now, with the account; `state` is undefined until it has been refreshed once. */
export type Refreshable = { user: UserRow; state: RefreshState | undefined }
export type RefreshState = Pick<SessionTable, 'generation_at' | 'token_id' | 'started_at'> & {
  generation: number
  replaced: { id: string; at_ms: number }[]
}

export type NewSession = {
  id: string
  userId: number
  version: number
  device: string
  startedAt: Date
  generation?: number
  tokenId?: string
}

export async function listAccounts(db: Db, ids: number[], endedSince: Date): Promise<Account[]> {
  const { rows } = await sql<Account>`
    select users.*, array(
      select id from ended_sessions where user_id = users.id and ended_at >= ${endedSince}
    ) as ended_sessions
    -- Out of the planner's sight: it would plan anew for every length.
    from users where id = any((select ${ids}::integer[])::integer[])`.execute(db)
  return rows
}

/** The account of a session that goes on. */
export async function findAdmitted(db: Db, session: Session): Promise<UserRow | undefined> {
  const { rows } = await sql<UserRow>`select users.* from users where ${goesOn(session)}`.execute(db)
  return rows[0]
}

export async function findRefreshable(db: Db, session: Session): Promise<Refreshable | undefined> {
  const { rows } = await sql<UserRow & { [K in keyof RefreshState]: RefreshState[K] | null }>`
    select users.*, started_at, generation, token_id, generation_at, replaced
    from users left join sessions on sessions.id = ${session.id} and sessions.user_id = users.id
    where ${goesOn(session)}`.execute(db)
  const [row] = rows
  if (!row) return undefined
  const { started_at, generation, token_id, generation_at, replaced, ...user } = row
  const state = { started_at, generation, token_id, generation_at, replaced } as RefreshState
  return { user, state: started_at === null ? undefined : state }
}

/**
 * Notes a session that begins, and ends those of the account beyond `sessionsMax`, the longest unused first. False when the account or its
 * sessions have been closed meanwhile, or the session is known already.
 */
export async function open(
  db: Db,
  session: NewSession,
  { now, sessionsMax }: { now: Date; sessionsMax: number },
): Promise<boolean> {
  const { id, userId, version, device, startedAt, generation = 0, tokenId = null } = session
  const { rows } = await sql`
    with person as (
      select id from users where id = ${userId} and is_active and session_version = ${version} for key share
    ),
    opened as (
      insert into sessions (id, user_id, started_at, last_used_at, device, generation, token_id, generation_at)
      select ${id}::uuid, id, ${startedAt}, ${now}, ${device}, ${generation}, ${tokenId}::text, ${now} from person
      on conflict do nothing returning id
    ),
    surplus as materialized (
      select id from sessions where user_id = ${userId} order by last_used_at desc, id offset ${sessionsMax - 1}
    ),
    held as (
      -- Others who begin at the same moment may be at it.
      select id from sessions where id in (select id from surplus) for update skip locked
    ),
    removed as (delete from sessions where id in (select id from held) returning id, user_id),
    ended as (
      insert into ended_sessions (id, user_id, ended_at) select id, user_id, ${now} from removed
      on conflict do nothing
    )
    select from opened`.execute(db)
  return rows.length > 0
}

/** Another of its refresh tokens is the one that counts. False when it was no longer as in `before`. */
export async function move(
  db: Db,
  id: string,
  before: RefreshState,
  after: RefreshState,
  now: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sessions')
    .set({ ...after, replaced: JSON.stringify(after.replaced), last_used_at: now })
    .where('id', '=', id)
    .where('generation', '=', before.generation)
    .where(sql<boolean>`token_id is not distinct from ${before.token_id}::text`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** To the minute: clients that refresh all the time write nothing. */
export async function noteUse(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where('last_used_at', '<', new Date(now.getTime() - 60_000))
    .execute()
}

/** Ending it once more changes nothing, nor does ending one of an account that is gone. */
export async function end(db: Db, { id, userId }: { id: string; userId: number }, now: Date): Promise<void> {
  await sql`
    with removed as (delete from sessions where id = ${id} and user_id = ${userId})
    insert into ended_sessions (id, user_id, ended_at)
    select ${id}::uuid, id, ${now} from users where id = ${userId}
    on conflict do nothing`.execute(db)
}

/** Those of a user that have been used since, the last used one first. */
export function listOwn(db: Db, user_id: number, usedSince: Date) {
  return db
    .selectFrom('sessions')
    .select(['id', 'started_at', 'last_used_at', 'device'])
    .where('user_id', '=', user_id)
    .where('last_used_at', '>=', usedSince)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(selectFrom('ended_sessions').select('id').whereRef('ended_sessions.id', '=', 'sessions.id')),
      ),
    )
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .execute()
}

/** Whose tokens have expired by themselves. */
export async function removeUnusedSince(db: Db, time: Date): Promise<void> {
  await db.deleteFrom('ended_sessions').where('ended_at', '<', time).execute()
  await db.deleteFrom('sessions').where('last_used_at', '<', time).execute()
}

/** Of a row of `users`: whether the session is one of theirs that goes on. */
export function goesOn({
  id,
  userId,
  version,
}: Pick<Session, 'id' | 'userId' | 'version'>): Expression<boolean> {
  return sql<boolean>`
    users.id = ${userId} and users.is_active and users.session_version = ${version}
    and not exists (select from ended_sessions where ended_sessions.id = ${id}::uuid)`
}
