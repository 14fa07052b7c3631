import { LRUCache } from 'lru-cache'
import type { Pool } from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { tooManyRequests } from '#shared/errors/app-error.ts'

/** A counter that an attempt adds to. When it is full, `beyond` decides instead. */
export type Count = { limiter: RateLimiterPostgres; key: string; beyond?: Count }

/** Returns a factory of limiters: `points` per key in `duration` seconds, stored in the table `login_attempts`. */
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
      // One limiter is enough to delete the expired rows of all.
      clearExpiredByTimeout: !isClearing,
    })
    isClearing = true
    return limiter
  }
}

/** Refusals are cached, so that repeated attempts do not reach the database. */
const REMEMBERED_MAX_MS = 5_000
const REMEMBERED_MAX = 20_000

export function createCounting() {
  /** Seconds to wait, by the key of the full counter. */
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
    /** Throws 429 when the cache has one of the counters as full. */
    refuseFull(counts: Count[]): void {
      for (const count of counts) {
        const seconds = full.get(nameOf(count.beyond ?? count))
        if (seconds !== undefined) throw tooManyAttempts(seconds)
      }
    },
    /** Adds one to each counter and runs the work; takes them back unless it throws an error that `isCounted` accepts. */
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
