import { LRUCache } from 'lru-cache'
import type { Db } from '#booking/database.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { isDatabaseAway } from '#shared/db/database-errors.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Session, TokenKind, Tokens } from './tokens.ts'

/**
 * Finds the active account behind a token. A token is verified once; the account, which may be closed or have its
 * sessions ended at any time, is read again when what is known of it is a second old.
 */
export type Sessions = {
  /** The account, if it is known without asking anybody. */
  recall(kind: TokenKind, token: string): UserRow | undefined
  find(kind: TokenKind, token: string): Promise<UserRow | undefined>
  issue(kind: TokenKind, user: UserRow): Promise<string>
  /** This instance has changed the account. */
  forget(userId: number): void
}

type KnownUser = { user: UserRow | undefined; readAtMs: number; freshUntilMs: number }

const FRESH_MS = 1_000
/** So long what was known stands while the database cannot be asked, where nobody could close an account either. */
const STALE_MAX_MS = 30_000
const TOKENS_MAX = 20_000
const USERS_MAX = 20_000
const BATCH_MAX = 200
const WAITING_MAX = 10_000

export function createSessions(db: Db, tokens: Tokens, clock: Clock): Sessions {
  const verified = {
    access: new LRUCache<string, Session>({ max: TOKENS_MAX }),
    refresh: new LRUCache<string, Session>({ max: TOKENS_MAX }),
  }
  const users = new LRUCache<number, KnownUser>({ max: USERS_MAX })
  // Many callers at once are looked up by one statement.
  const reader = createBatcher<number, UserRow | undefined>({
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    concurrency: 2,
    async run(ids) {
      const rows = new Map((await userStore.listByIds(db, ids)).map((row) => [row.id, row]))
      return ids.map((id) => rows.get(id))
    },
  })

  const nowMs = () => clock.now().getTime()
  const recallUser = ({ userId }: Session): KnownUser | undefined => {
    const known = users.get(userId)
    return known && nowMs() < known.freshUntilMs ? known : undefined
  }
  const readUser = async ({ userId }: Session): Promise<KnownUser> => {
    // As of before the reading: what changes meanwhile is not missed for longer than a second.
    const readAtMs = nowMs()
    const known = users.get(userId)
    const read = await reader.add(userId).then(
      (user) => ({ user, readAtMs, freshUntilMs: readAtMs + FRESH_MS }),
      (error: unknown) => {
        if (!known || readAtMs - known.readAtMs > STALE_MAX_MS || !isDatabaseAway(error)) throw error
        return { ...known, freshUntilMs: readAtMs + FRESH_MS }
      },
    )
    users.set(userId, read)
    return read
  }
  const recallSession = (kind: TokenKind, token: string): Session | undefined => {
    const session = verified[kind].get(token)
    return session && session.expiresAtMs > nowMs() ? session : undefined
  }
  const verify = async (kind: TokenKind, token: string): Promise<Session | undefined> => {
    const session = await tokens.verify(kind, token)
    if (session) verified[kind].set(token, session)
    return session
  }

  return {
    recall(kind, token) {
      const session = recallSession(kind, token)
      const known = session && recallUser(session)
      return known && belongsTo(known, session)
    },
    async find(kind, token) {
      const session = recallSession(kind, token) ?? (await verify(kind, token))
      if (!session) return undefined
      return belongsTo(recallUser(session) ?? (await readUser(session)), session)
    },
    issue: (kind, user) => tokens.issue(kind, { userId: user.id, version: user.session_version }),
    forget: (userId) => void users.delete(userId),
  }
}

function belongsTo({ user }: KnownUser, { version }: Session): UserRow | undefined {
  return user?.is_active && user.session_version === version ? user : undefined
}
