import { randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Db } from '#booking/database.ts'
import type { CacheTally } from '#booking/metrics/metrics.ts'
import * as userStore from '#booking/users/user.store.ts'
import type { UserRow } from '#booking/users/user.table.ts'
import { createBatcher, type Gather } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createKnownAccounts } from './known-accounts.ts'
import * as sessionStore from './session.store.ts'
import { LIFETIME_SECONDS, type Session, type TokenKind, type Tokens } from './tokens.ts'

/**
 * Finds the active account behind a token. A token is verified once; the account, which may be closed or have its
 * sessions ended at any time, is read again when what is known of it is a second old.
 */
export type Sessions = {
  /** The account behind an access token, if it is known without asking anybody. */
  recall(accessToken: string): UserRow | undefined
  find(accessToken: string): Promise<UserRow | undefined>
  /** Both tokens of a new session. */
  start(user: UserRow): Promise<{ access_token: string; refresh_token: string }>
  /** Another access token of the session, as long as it goes on. */
  renew(refreshToken: string): Promise<string | undefined>
  /** The session behind a token of either kind, also one that has ended before the token expires. */
  identify(token: string): Promise<Session | undefined>
  /** The account of a session that goes on, as the database knows it now. */
  findNow(session: Session): Promise<UserRow | undefined>
  end(session: Session): Promise<void>
  /** One token, of a session of its own. */
  issue(kind: TokenKind, user: UserRow): Promise<string>
  /** This instance has changed the account. */
  forget(userId: number): void
  /** Removes what is known of sessions whose tokens have expired by now. */
  forgetExpired(): Promise<void>
}

const TOKENS_MAX = 20_000
const BATCH_MAX = 200
const WAITING_MAX = 10_000

export function createSessions(
  db: Db,
  tokens: Tokens,
  clock: Clock,
  { tally, gather }: { tally: CacheTally; gather: Gather },
): Sessions {
  const accounts = createKnownAccounts(db, clock, tally)
  const verified = {
    access: new LRUCache<string, Session>({ max: TOKENS_MAX }),
    refresh: new LRUCache<string, Session>({ max: TOKENS_MAX }),
  }
  const recallSession = (kind: TokenKind, token: string): Session | undefined => {
    const session = verified[kind].get(token)
    return session && session.expiresAtMs > clock.now().getTime() ? session : undefined
  }
  const verify = async (kind: TokenKind, token: string): Promise<Session | undefined> => {
    const session = await tokens.verify(kind, token)
    if (session) verified[kind].set(token, session)
    return session
  }
  const read = async (kind: TokenKind, token: string) =>
    recallSession(kind, token) ?? (await verify(kind, token))
  // Who is not known well enough waits for others of whom that is so: one more costs little where a thread checks signatures, and where a
  // statement reads accounts. From here on they go together.
  const unknown = createBatcher<string, Session | undefined>({
    name: 'verify tokens',
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    concurrency: 2,
    gather,
    run: (accessTokens) => Promise.all(accessTokens.map((token) => read('access', token))),
  })
  const issue = (
    kind: TokenKind,
    { id: userId, session_version: version }: UserRow,
    id = randomUUID() as string,
  ) => tokens.issue(kind, { userId, version, id })

  const findNow = async (session: Session): Promise<UserRow | undefined> => {
    const { id, userId } = session
    const [user, isEnded] = await Promise.all([userStore.findById(db, userId), sessionStore.isEnded(db, id)])
    return user && !isEnded && isOf(user, session) ? user : undefined
  }

  return {
    recall(token) {
      const session = recallSession('access', token)
      const known = session && accounts.recall(session.userId)
      return known && belongsTo(known.account, session)
    },
    async find(token) {
      const session = await unknown.add(token)
      if (!session) return undefined
      const { account } = accounts.recall(session.userId) ?? (await accounts.read(session.userId))
      return belongsTo(account, session)
    },
    async start(user) {
      const id = randomUUID()
      const [access_token, refresh_token] = await Promise.all([
        issue('access', user, id),
        issue('refresh', user, id),
      ])
      return { access_token, refresh_token }
    },
    async renew(token) {
      const session = await read('refresh', token)
      // It is rare and lasts long, so nothing is taken from memory: what was ended anywhere is over at once.
      const user = session && (await findNow(session))
      return user && issue('access', user, session.id)
    },
    identify: async (token) => (await read('access', token)) ?? (await read('refresh', token)),
    findNow,
    async end(session) {
      await sessionStore.end(db, session, clock.now())
      accounts.forget(session.userId)
    },
    issue: (kind, user) => issue(kind, user),
    forget: (userId) => accounts.forget(userId),
    forgetExpired: () =>
      sessionStore.removeEndedBefore(db, new Date(clock.now().getTime() - LIFETIME_SECONDS.refresh * 1_000)),
  }
}

function belongsTo(account: sessionStore.Account | undefined, session: Session): UserRow | undefined {
  if (!account || !isOf(account, session)) return undefined
  return account.ended_sessions.includes(session.id) ? undefined : account
}

function isOf({ is_active, session_version }: UserRow, { version }: Session): boolean {
  return is_active && session_version === version
}
