import { type Expression, sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { SessionTable } from '#booking/database/session.table.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import type { Session } from './tokens.ts'

/** An account and the ids of its recently ended sessions. */
export type Account = UserRow & { ended_sessions: string[] }

/** A valid session with its account; `state` is undefined for sessions from before sessions were stored. */
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

/** Returns those of the accounts that exist, with the sessions ended since `endedSince`. */
export async function listAccounts(db: Db, ids: number[], endedSince: Date): Promise<Account[]> {
  const { rows } = await sql<Account>`
    select users.*, array(
      select id from ended_sessions where user_id = users.id and ended_at >= ${endedSince}
    ) as ended_sessions
    -- Hidden in a subquery, so that one generic plan serves every array length.
    from users where id = any((select ${ids}::integer[])::integer[])`.execute(db)
  return rows
}

/** Returns the account if the session is still valid. */
export async function findAdmitted(db: Db, session: Session): Promise<UserRow | undefined> {
  const { rows } = await sql<UserRow>`select users.* from users where ${isValidSession(session)}`.execute(db)
  return rows[0]
}

export async function findRefreshable(db: Db, session: Session): Promise<Refreshable | undefined> {
  const { rows } = await sql<UserRow & (RefreshState | { [K in keyof RefreshState]: null })>`
    select users.*, started_at, generation, token_id, generation_at, replaced
    from users left join sessions on sessions.id = ${session.id} and sessions.user_id = users.id
    where ${isValidSession(session)}`.execute(db)
  const [row] = rows
  if (!row) return undefined
  if (row.started_at === null) return { user: row, state: undefined }
  const { started_at, generation, token_id, generation_at, replaced, ...user } = row
  return { user, state: { started_at, generation, token_id, generation_at, replaced } }
}

/**
 * Stores a new session, and ends the account's least recently used ones above `sessionsMax`. Returns false when the account
 * or its sessions have been closed meanwhile, or the session is stored already.
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
      -- A concurrent login may be removing the same ones.
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

/** Makes another refresh token of the session the current one. Returns false when the state was no longer `before`. */
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

/** Updates `last_used_at` at most once a minute, so that frequent refreshes write nothing. */
export async function touch(db: Db, id: string, now: Date): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ last_used_at: now })
    .where('id', '=', id)
    .where('last_used_at', '<', new Date(now.getTime() - 60_000))
    .execute()
}

/** Idempotent; does nothing when the account is gone. */
export async function end(db: Db, { id, userId }: { id: string; userId: number }, now: Date): Promise<void> {
  await sql`
    with removed as (delete from sessions where id = ${id} and user_id = ${userId})
    insert into ended_sessions (id, user_id, ended_at)
    select ${id}::uuid, id, ${now} from users where id = ${userId}
    on conflict do nothing`.execute(db)
}

/** Returns the user's sessions that were used since, the most recently used first. */
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

/** Deletes sessions and ended sessions whose tokens have all expired: not used, or ended, since `time`. */
export async function removeUnusedSince(db: Db, time: Date): Promise<void> {
  await db.deleteFrom('ended_sessions').where('ended_at', '<', time).execute()
  await db.deleteFrom('sessions').where('last_used_at', '<', time).execute()
}

/** Condition on a row of `users`: whether the session belongs to it and is still valid. */
export function isValidSession({
  id,
  userId,
  version,
}: Pick<Session, 'id' | 'userId' | 'version'>): Expression<boolean> {
  return sql<boolean>`
    users.id = ${userId} and users.is_active and users.session_version = ${version}
    and not exists (select from ended_sessions where ended_sessions.id = ${id}::uuid)`
}
