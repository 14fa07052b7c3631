import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Db } from '#booking/database.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import * as sessionStore from './session.store.ts'
import { LIFETIME_SECONDS, type Session, type TokenKind, type Tokens } from './tokens.ts'

/**
 * Finds the active account behind a token. A token is verified once; the account, which may be closed or have its
 * sessions ended at any time, is read again when what is known of it is a second old.
 */
export type Sessions = {
  /** The account, if it is known without asking anybody. */
  recall(kind: TokenKind, token: string): UserRow | undefined
  find(kind: TokenKind, token: string): Promise<UserRow | undefined>
  /** The session behind a token of either kind, also one that has ended before the token expires. */
  identify(token: string): Promise<Session | undefined>
  /** The account of a session that goes on, as the database knows it now. */
  findNow(session: Session): Promise<UserRow | undefined>
  /** Both tokens of a new session. */
  start(user: UserRow): Promise<{ access_token: string; refresh_token: string }>
  /** Another access token of the session, as long as it goes on. */
  renew(refreshToken: string): Promise<string | undefined>
  /** One token, of a session of its own. */
  issue(kind: TokenKind, user: UserRow): Promise<string>
  end(session: Session): Promise<void>
  /** This instance has changed the account. */
  forget(userId: number): void
  /** Removes what is known of sessions whose tokens have expired by now. */
  forgetExpired(): Promise<void>
}

type Known = { account: sessionStore.Account | undefined; readAtMs: number }

const FRESH_MS = 1_000
const TOKENS_MAX = 20_000
const USERS_MAX = 20_000
const BATCH_MAX = 200
const WAITING_MAX = 10_000

export function createSessions(db: Db, tokens: Tokens, clock: Clock): Sessions {
  const verified = new LRUCache<string, Session>({ max: TOKENS_MAX })
  const accounts = new LRUCache<number, Known>({ max: USERS_MAX })
  const nowMs = () => clock.now().getTime()
  const ago = (seconds: number) => new Date(nowMs() - seconds * 1_000)
  // Many callers at once are looked up by one statement.
  const reader = createBatcher<number, sessionStore.Account | undefined>({
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    concurrency: 2,
    async run(ids) {
      const read = await sessionStore.listAccounts(db, ids, ago(LIFETIME_SECONDS.access))
      const rows = new Map(read.map((row) => [row.id, row]))
      return ids.map((id) => rows.get(id))
    },
  })

  const recallAccount = ({ userId }: Session): Known | undefined => {
    const known = accounts.get(userId)
    return known && nowMs() - known.readAtMs < FRESH_MS ? known : undefined
  }
  const readAccount = async ({ userId }: Session): Promise<Known> => {
    // As of before the reading: what changes meanwhile is not missed for longer than a second.
    const readAtMs = nowMs()
    const known = { account: await reader.add(userId), readAtMs }
    accounts.set(userId, known)
    return known
  }
  const recallSession = (kind: TokenKind, token: string): Session | undefined => {
    const session = verified.get(kind + token)
    return session && session.expiresAtMs > nowMs() ? session : undefined
  }
  const verify = async (kind: TokenKind, token: string): Promise<Session | undefined> => {
    const session = await tokens.verify(kind, token)
    if (session) verified.set(kind + token, session)
    return session
  }
  const readSession = async (kind: TokenKind, token: string) =>
    recallSession(kind, token) ?? (await verify(kind, token))
  const issue = (
    kind: TokenKind,
    { id: userId, session_version: version }: UserRow,
    id: string = randomUUID(),
  ) => tokens.issue(kind, { userId, version, id })
  const findNow = async (session: Session): Promise<UserRow | undefined> => {
    const [user, isEnded] = await Promise.all([
      userStore.findById(db, session.userId),
      sessionStore.isEnded(db, session.id),
    ])
    return user && !isEnded && isOf(user, session) ? user : undefined
  }

  return {
    findNow,
    recall(kind, token) {
      const session = recallSession(kind, token)
      const known = session && recallAccount(session)
      return known && belongsTo(known, session)
    },
    async find(kind, token) {
      const session = await readSession(kind, token)
      return session && belongsTo(recallAccount(session) ?? (await readAccount(session)), session)
    },
    identify: async (token) => (await readSession('access', token)) ?? (await readSession('refresh', token)),
    async start(user) {
      const id = randomUUID()
      const [access_token, refresh_token] = await Promise.all([
        issue('access', user, id),
        issue('refresh', user, id),
      ])
      return { access_token, refresh_token }
    },
    async renew(refreshToken) {
      const session = await readSession('refresh', refreshToken)
      // It is rare and lasts long, so nothing is taken from memory: what was ended anywhere is over at once.
      const user = session && (await findNow(session))
      return user && issue('access', user, session.id)
    },
    issue: (kind, user) => issue(kind, user),
    async end(session) {
      await sessionStore.end(db, session, clock.now())
      accounts.delete(session.userId)
    },
    forget: (userId) => void accounts.delete(userId),
    forgetExpired: () => sessionStore.removeEndedBefore(db, ago(LIFETIME_SECONDS.refresh)),
  }
}

function belongsTo({ account }: Known, session: Session): UserRow | undefined {
  if (!account || !isOf(account, session)) return undefined
  return account.ended_sessions.includes(session.id) ? undefined : account
}

function isOf({ is_active, session_version }: UserRow, { version }: Session): boolean {
  return is_active && session_version === version
}
