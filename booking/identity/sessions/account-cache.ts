import type { Db } from '#booking/database/database.ts'
import { isDatabaseAway } from '#shared/db/database-errors.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { type CacheTally, createSizedCache, ENTRY_BYTES, textBytes } from '#shared/lib/sized-cache.ts'
import * as sessionStore from './session.store.ts'
import { LIFETIME_SECONDS } from './tokens.ts'

/** Accounts as they were last read, for at most a second. */
export type KnownAccounts = {
  /** Undefined when it would have to be read; `account` is undefined when there is none. */
  recall(id: number): Known | undefined
  read(id: number): Promise<Known>
  forget(id: number): void
}

type Known = {
  account: sessionStore.Account | undefined
  readAtMs: number
  freshUntilMs: number
}

const FRESH_MS = 1_000
/** So long what was known stands while the database cannot be asked, where nobody could close an account either. */
const STALE_MAX_MS = 30_000
/** Some 12,000 accounts. One that has ended many sessions within the hour takes the place of several. */
const ACCOUNTS_MAX_BYTES = 24 * 1024 * 1024
const ACCOUNT_MAX_BYTES = 64 * 1024
const SESSION_ID_BYTES = 100
const BATCH_MAX = 200
const WAITING_MAX = 10_000

export function createKnownAccounts(db: Db, clock: Clock, tally: CacheTally): KnownAccounts {
  const accounts = createSizedCache<number, Known>({
    maxBytes: ACCOUNTS_MAX_BYTES,
    entryMaxBytes: ACCOUNT_MAX_BYTES,
    keptMs: STALE_MAX_MS + FRESH_MS,
    bytesOf: ({ account }) => (account ? accountBytes(account) : 0),
  })
  const nowMs = () => clock.now().getTime()
  // Many callers at once are looked up by one statement.
  const reader = createBatcher<number, sessionStore.Account | undefined>({
    name: 'read accounts',
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    concurrency: 2,
    async run(ids) {
      const endedSince = new Date(nowMs() - LIFETIME_SECONDS.access * 1_000)
      const read = await sessionStore.listAccounts(db, ids, endedSince)
      const rows = new Map(read.map((row) => [row.id, row]))
      return ids.map((id) => rows.get(id))
    },
  })
  /** Raised when what is being read may be outdated already. */
  let epoch = 0
  const read = async (id: number): Promise<Known> => {
    // As of before the reading: what changes meanwhile is not missed for longer than a second.
    const readAtMs = nowMs()
    const before = epoch
    const account = await reader.add(id)
    const known = { account, readAtMs, freshUntilMs: readAtMs + FRESH_MS }
    if (epoch === before) accounts.set(id, known)
    return known
  }
  return {
    recall(id) {
      const known = accounts.get(id)
      if (!known || nowMs() >= known.freshUntilMs) return undefined
      tally.hits++
      return known
    },
    read(id) {
      tally.misses++
      const known = accounts.get(id)
      return read(id).catch((error: unknown) => {
        if (!known || nowMs() - known.readAtMs > STALE_MAX_MS || !isDatabaseAway(error)) throw error
        known.freshUntilMs = nowMs() + FRESH_MS
        return known
      })
    },
    forget(id) {
      epoch++
      accounts.delete(id)
    },
  }
}

function accountBytes({ ended_sessions, ...row }: sessionStore.Account): number {
  const texts = Object.values(row).filter((value) => typeof value === 'string')
  return texts.reduce(
    (sum, text) => sum + textBytes(text),
    ENTRY_BYTES + ended_sessions.length * SESSION_ID_BYTES,
  )
}
