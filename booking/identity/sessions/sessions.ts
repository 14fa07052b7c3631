import { randomUUID } from 'node:crypto'
import type { Db } from '#booking/database/database.ts'
import type { UserRow } from '#booking/database/user.table.ts'
import { tooBusy, unauthorized } from '#shared/errors/app-error.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { type CacheTally, createSizedCache } from '#shared/lib/sized-cache.ts'
import { createAccountCache, type Entry } from './account-cache.ts'
import { judge } from './refresh.rules.ts'
import * as sessionStore from './session.store.ts'
import { LIFETIME_SECONDS, type Session, type TokenKind, type Tokens } from './tokens.ts'

const changedMeanwhile = () =>
  unauthorized('account_changed', 'This account was changed at the same moment: please log in again.')

/** 401: the session was ended, or its account closed, since the request began. */
export const sessionOver = () => unauthorized('invalid_token', 'This session has ended: please log in again.')

/** An accepted token: its account and its session. */
export type Admission = {
  caller: UserRow
  session: Session
  /** True while the database is unavailable: the account is a copy of the last half minute. */
  isStale?: boolean
}

/** `isReused`: the refresh token may be stolen, and the caller of `renew` has to end the session. */
type Renewal =
  | { access_token: string; refresh_token: string }
  | { isReused: true; session: Session }
  | undefined

/**
 * Issues tokens and finds the active account of one. Verified tokens are cached; the account, which may be closed or have
 * its sessions ended at any time, is cached for one second.
 */
export type Sessions = {
  /** Returns the account of an access token if that needs neither verification nor a query. */
  recall(accessToken: string): Admission | undefined
  /** Returns undefined for an invalid token, a closed account or an ended session. */
  find(accessToken: string): Promise<Admission | undefined>
  /** Starts a session. Throws 401 when the account was closed or its password changed since its owner was authenticated. */
  start(user: UserRow, device?: string): Promise<{ access_token: string; refresh_token: string }>
  /** Returns new tokens of a valid session. The refresh token stays valid until the new one is used. */
  renew(refreshToken: string, device: string): Promise<Renewal>
  /** Returns the session of an unexpired token of either kind, also when the session has ended. */
  identify(token: string): Promise<Session | undefined>
  /** Returns the account of a valid session, read from the database. */
  findNow(session: Session): Promise<UserRow | undefined>
  end(session: Pick<Session, 'id' | 'userId'>): Promise<void>
  /** Returns one token of a session of its own, which is not stored. */
  issue(kind: TokenKind, user: UserRow): Promise<string>
  /** Invalidates the cache after this instance has changed the account. */
  forget(userId: number): void
  /** Deletes sessions whose tokens have expired. */
  forgetExpired(): Promise<void>
}

/** About 15,000 access tokens; refresh tokens come once an hour, so verifying them again costs little. */
const VERIFIED_MAX_BYTES = { access: 16 * 1024 * 1024, refresh: 2 * 1024 * 1024 }
/** Size of a cached session without the token, which is its key. */
const SESSION_BYTES = 256
/** Absolute lifetime of a session, however often its tokens are renewed. */
const SESSION_MAX_MS = 90 * 24 * 3_600_000
const RENEW_TRIES_MAX = 10

export function createSessions(
  db: Db,
  tokens: Tokens,
  clock: Clock,
  { tally, sessionsMax }: { tally: CacheTally; sessionsMax: number },
): Sessions {
  const accounts = createAccountCache(db, clock, tally)
  const verified = {
    access: createTokenCache('access'),
    refresh: createTokenCache('refresh'),
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
  const issue = (
    kind: TokenKind,
    { id: userId, session_version: version }: UserRow,
    more: { id?: string; generation?: number; untilMs?: number } = {},
  ) => tokens.issue(kind, { userId, version, ...more })
  const issueBoth = async (user: UserRow, more: { id: string; generation?: number; startedAt: Date }) => {
    const { id, generation = 0, startedAt } = more
    const untilMs = startedAt.getTime() + SESSION_MAX_MS
    const [access_token, refresh_token] = await Promise.all([
      issue('access', user, { id, untilMs }),
      issue('refresh', user, { id, generation, untilMs }),
    ])
    return { access_token, refresh_token }
  }
  // Refreshing is rare and grants 30 days, so it reads the database: a session ended on any instance is over at once.
  const use = async (session: Session, device: string): Promise<Use> => {
    const { id, userId, version, generation, tokenId } = session
    const known = await sessionStore.findRefreshable(db, session)
    const now = clock.now()
    if (!known) return { kind: 'over' }
    const { user, state } = known
    if (!state) {
      const startedAt = new Date(session.issuedAtMs)
      const isNew = { id, userId, version, device, startedAt, generation, tokenId }
      const isOpened = await sessionStore.open(db, isNew, { now, sessionsMax })
      return isOpened ? { kind: 'renewed', user, generation, startedAt } : { kind: 'raced' }
    }
    const verdict = judge(state, session, now)
    if (verdict.kind === 'reused') return { kind: 'reused' }
    const newest = verdict.kind === 'moved' ? verdict.after : state
    if (verdict.kind !== 'moved') await sessionStore.touch(db, id, now)
    else if (!(await sessionStore.move(db, id, state, newest, now))) return { kind: 'raced' }
    return { kind: 'renewed', user, generation: newest.generation, startedAt: state.started_at }
  }

  return {
    recall(token) {
      const session = recallSession('access', token)
      const entry = session && accounts.getFresh(session.userId)
      return entry && admit(entry, session)
    },
    async find(token) {
      const session = await read('access', token)
      if (!session) return undefined
      const entry = accounts.getFresh(session.userId) ?? (await accounts.load(session.userId))
      return admit(entry, session)
    },
    async start(user, device = '') {
      const { id: userId, session_version: version } = user
      const [id, startedAt] = [randomUUID(), clock.now()]
      const [isOpened, both] = await Promise.all([
        sessionStore.open(db, { id, userId, version, device, startedAt }, { now: startedAt, sessionsMax }),
        issueBoth(user, { id, startedAt }),
      ])
      if (!isOpened) throw changedMeanwhile()
      return both
    },
    async renew(token, device) {
      const session = await read('refresh', token)
      if (!session) return undefined
      for (let tries = 0; tries < RENEW_TRIES_MAX; tries++) {
        const used = await use(session, device)
        if (used.kind === 'over') return undefined
        if (used.kind === 'reused') return { isReused: true, session }
        if (used.kind === 'renewed') {
          const { user, generation, startedAt } = used
          return issueBoth(user, { id: session.id, generation: generation + 1, startedAt })
        }
      }
      throw tooBusy()
    },
    identify: async (token) => (await read('access', token)) ?? (await read('refresh', token)),
    findNow: (session) => sessionStore.findAdmitted(db, session),
    async end(session) {
      await sessionStore.end(db, session, clock.now())
      accounts.invalidate(session.userId)
    },
    issue: (kind, user) => issue(kind, user),
    forget: (userId) => accounts.invalidate(userId),
    forgetExpired: () =>
      sessionStore.removeUnusedSince(db, new Date(clock.now().getTime() - LIFETIME_SECONDS.refresh * 1_000)),
  }
}

type Use =
  | { kind: 'over' | 'reused' }
  /** A concurrent request with a token of the session won: try again. */
  | { kind: 'raced' }
  | { kind: 'renewed'; user: UserRow; generation: number; startedAt: Date }

function createTokenCache(kind: TokenKind) {
  return createSizedCache<string, Session>({
    maxBytes: VERIFIED_MAX_BYTES[kind],
    keptMs: LIFETIME_SECONDS.access * 1_000,
    bytesOf: () => SESSION_BYTES,
  })
}

function admit({ account, isStale }: Entry, session: Session): Admission | undefined {
  if (!account?.is_active || account.session_version !== session.version) return undefined
  return account.ended_sessions.includes(session.id) ? undefined : { caller: account, session, isStale }
}
