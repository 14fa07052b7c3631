import { LRUCache } from 'lru-cache'
import type { Db } from '#booking/database.ts'
import type { CacheTally } from '#booking/metrics/metrics.ts'
import { isDatabaseAway } from '#shared/db/database-errors.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import * as sessionStore from './session.store.ts'
import { LIFETIME_SECONDS } from './tokens.ts'

/** Accounts as they were last read, for at most a second. */
export type KnownAccounts = {
  /** Undefined when it would have to be read; `account` is undefined when there is none. */
  recall(id: number): Known | undefined
  read(id: number): Promise<Known>
  forget(id: number): void
}

type Known = { account: sessionStore.Account | undefined; readAtMs: number; freshUntilMs: number }

const FRESH_MS = 1_000
/** So long what was known stands while the database cannot be asked, where nobody could close an account either. */
const STALE_MAX_MS = 30_000
const ACCOUNTS_MAX = 20_000
const BATCH_MAX = 200
const GATHER = { ms: 5, enough: 16 }
const WAITING_MAX = 10_000

export function createKnownAccounts(db: Db, clock: Clock, tally: CacheTally): KnownAccounts {
  const accounts = new LRUCache<number, Known>({ max: ACCOUNTS_MAX })
  const nowMs = () => clock.now().getTime()
  // Many callers at once are looked up by one statement.
  const reader = createBatcher<number, sessionStore.Account | undefined>({
    name: 'read accounts',
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
    concurrency: 2,
    gather: GATHER,
    async run(ids) {
      const endedSince = new Date(nowMs() - LIFETIME_SECONDS.access * 1_000)
      const read = await sessionStore.listAccounts(db, ids, endedSince)
      const rows = new Map(read.map((row) => [row.id, row]))
      return ids.map((id) => rows.get(id))
    },
  })
  return {
    recall(id) {
      const known = accounts.get(id)
      if (!known || nowMs() >= known.freshUntilMs) return undefined
      tally.hits++
      return known
    },
    async read(id) {
      tally.misses++
      // As of before the reading: what changes meanwhile is not missed for longer than a second.
      const readAtMs = nowMs()
      const known = accounts.get(id)
      const read = await reader.add(id).then(
        (account) => ({ account, readAtMs, freshUntilMs: readAtMs + FRESH_MS }),
        (error: unknown) => {
          if (!known || readAtMs - known.readAtMs > STALE_MAX_MS || !isDatabaseAway(error)) throw error
          return { ...known, freshUntilMs: readAtMs + FRESH_MS }
        },
      )
      accounts.set(id, read)
      return read
    },
    forget: (id) => void accounts.delete(id),
  }
}
