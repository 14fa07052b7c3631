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

type Known = {
  account: sessionStore.Account | undefined
  readAtMs: number
  freshUntilMs: number
  /** It will be read again before anybody has to wait for it. */
  isDue?: boolean
}

const FRESH_MS = 1_000
/** Who is still asked about after so long is read again, together with all others of whom that is so. */
const RENEW_AFTER_MS = 750
const RENEW_EVERY_MS = 50
/** So long what was known stands while the database cannot be asked, where nobody could close an account either. */
const STALE_MAX_MS = 30_000
const ACCOUNTS_MAX = 20_000
const BATCH_MAX = 200
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
  const due = new Set<number>()
  const renew = () => {
    // Who cannot be read now is asked about in vain in a moment, and that is told to whoever asks.
    for (const id of due) read(id).catch(() => {})
    due.clear()
  }
  return {
    recall(id) {
      const known = accounts.get(id)
      const now = nowMs()
      if (!known || now >= known.freshUntilMs) return undefined
      tally.hits++
      if (!known.isDue && now >= known.readAtMs + RENEW_AFTER_MS) {
        known.isDue = true
        if (due.size === 0) setTimeout(renew, RENEW_EVERY_MS).unref()
        due.add(id)
      }
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
