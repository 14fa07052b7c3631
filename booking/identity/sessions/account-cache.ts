import type { Db } from '#booking/database/database.ts'
import { isDatabaseAway } from '#shared/db/database-errors.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { type CacheTally, createSizedCache, ENTRY_BYTES, textBytes } from '#shared/lib/sized-cache.ts'
import * as sessionStore from './session.store.ts'
import { LIFETIME_SECONDS } from './tokens.ts'

/** Caches accounts for one second (decision 0009). */
export type AccountCache = {
  /** Returns the entry if it is at most a second old. */
  getFresh(id: number): Entry | undefined
  /** Reads the account. While the database is unavailable it returns an entry that is up to 30 s old; otherwise it throws. */
  load(id: number): Promise<Entry>
  invalidate(id: number): void
}

export type Entry = {
  /** Undefined: there is no such account. */
  account: sessionStore.Account | undefined
  readAtMs: number
  freshUntilMs: number
  /** Served longer than a second, because the database was unavailable when it was to be read again. */
  isStale: boolean
}

const FRESH_MS = 1_000
/** How long entries are used while the database is unavailable; accounts cannot be closed meanwhile either. */
const STALE_MAX_MS = 30_000
/** About 12,000 accounts; one that has ended many sessions within the hour takes more. */
const ACCOUNTS_MAX_BYTES = 24 * 1024 * 1024
const ACCOUNT_MAX_BYTES = 64 * 1024
const SESSION_ID_BYTES = 100
const BATCH_MAX = 200
const WAITING_MAX = 10_000

export function createAccountCache(db: Db, clock: Clock, tally: CacheTally): AccountCache {
  const entries = createSizedCache<number, Entry>({
    maxBytes: ACCOUNTS_MAX_BYTES,
    entryMaxBytes: ACCOUNT_MAX_BYTES,
    keptMs: STALE_MAX_MS + FRESH_MS,
    bytesOf: ({ account }) => (account ? accountBytes(account) : 0),
  })
  const nowMs = () => clock.now().getTime()
  // Concurrent misses are read by one statement.
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
  /** Raised by each invalidation: a read that began before it is not cached. */
  let epoch = 0
  const read = async (id: number): Promise<Entry> => {
    // Taken before the read, so that a change during the read is seen within a second of it.
    const readAtMs = nowMs()
    const before = epoch
    const account = await reader.add(id)
    const entry = { account, readAtMs, freshUntilMs: readAtMs + FRESH_MS, isStale: false }
    if (epoch === before) entries.set(id, entry)
    return entry
  }
  return {
    getFresh(id) {
      const entry = entries.get(id)
      if (!entry || nowMs() >= entry.freshUntilMs) return undefined
      tally.hits++
      return entry
    },
    load(id) {
      tally.misses++
      const stale = entries.get(id)
      return read(id).catch((error: unknown) => {
        if (!stale || nowMs() - stale.readAtMs > STALE_MAX_MS || !isDatabaseAway(error)) throw error
        stale.freshUntilMs = nowMs() + FRESH_MS
        stale.isStale = true
        return stale
      })
    },
    invalidate(id) {
      epoch++
      entries.delete(id)
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
