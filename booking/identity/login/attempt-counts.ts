import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { tooManyRequests } from '#shared/errors/app-error.ts'

/** One count that an attempt adds to. `beyond` is the one that decides once this one is full. */
export type Count = { limiter: RateLimiterPostgres; key: string; beyond?: Count }

/** Limits of so many points a key in so many seconds, kept in the table `login_attempts`. */
export function createLimiters(pool: Pool) {
  let isClearing = false
  return (keyPrefix: string, points: number, duration: number) => {
    const limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'login_attempts',
      tableCreated: true,
      keyPrefix,
      points,
      duration,
      // One of them clears what has expired away for all.
      clearExpiredByTimeout: !isClearing,
    })
    isClearing = true
    return limiter
  }
}

/** So long a refusal is repeated without asking the database, and so many are remembered. */
const REMEMBERED_MAX_MS = 5_000
const REMEMBERED_MAX = 20_000

export function createCounting() {
  /** Seconds to wait, by what is full. */
  const full = new LRUCache<string, number>({ max: REMEMBERED_MAX })
  const nameOf = ({ limiter, key }: Count) => limiter.getKey(key)

  async function take(count: Count): Promise<Count> {
    try {
      await count.limiter.consume(count.key)
      return count
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      if (count.beyond) return take(count.beyond)
      const ms = Math.max(1_000, refusal.msBeforeNext)
      full.set(nameOf(count), Math.ceil(ms / 1_000), { ttl: Math.min(ms, REMEMBERED_MAX_MS) })
      throw tooManyAttempts(Math.ceil(ms / 1_000))
    }
  }

  return {
    /** Throws 429 when one of them was found full a moment ago. */
    refuseFull(counts: Count[]): void {
      for (const count of counts) {
        const seconds = full.get(nameOf(count.beyond ?? count))
        if (seconds !== undefined) throw tooManyAttempts(seconds)
      }
    },
    /** Adds one to each, runs the work, and takes it back unless `isCounted` says that what it threw stays counted. */
    async run<T>(
      counts: Count[],
      work: () => Promise<T>,
      isCounted: (error: unknown) => boolean,
    ): Promise<T> {
      const taken: Count[] = []
      const giveBack = () => Promise.all(taken.map(({ limiter, key }) => limiter.reward(key)))
      try {
        for (const count of counts) taken.push(await take(count))
        const result = await work()
        await giveBack()
        return result
      } catch (error) {
        if (!isCounted(error)) await giveBack()
        throw error
      }
    },
    take,
  }
}

function tooManyAttempts(seconds: number) {
  const wait = seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
  return tooManyRequests(seconds, `Too many attempts: wait ${wait} and try again.`)
}
