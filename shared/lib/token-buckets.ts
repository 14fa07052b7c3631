import { LRUCache } from 'lru-cache'
import type { Clock } from './clock.ts'

/**
 * Token buckets in memory, one for each key. A bucket holds the tokens of one minute and refills evenly. Beyond `keysMax` the least
 * recently used bucket is dropped, which has the effect of filling it.
 */
export type TokenBuckets = {
  /** Takes a token and returns 0, or returns the seconds to wait. `times`: factor of the bucket's size and rate. */
  take(key: string | number, times?: number): number
  /** Returns the token of a request that was not carried out. */
  giveBack(key: string | number): void
}

type Bucket = { tokens: number; capacity: number; filledAtMs: number }

const KEYS_MAX = 20_000
const MINUTE_MS = 60_000

/** `perMinute` 0: no limit. */
export function createTokenBuckets(perMinute: number, clock: Clock, keysMax = KEYS_MAX): TokenBuckets {
  if (perMinute === 0) return { take: () => 0, giveBack() {} }
  const buckets = new LRUCache<string | number, Bucket>({ max: keysMax })
  return {
    take(key, times = 1) {
      const nowMs = clock.now().getTime()
      const capacity = perMinute * times
      const bucket = buckets.get(key) ?? { tokens: capacity, capacity, filledAtMs: nowMs }
      const perMs = capacity / MINUTE_MS
      // The clock may have been set back.
      const passedMs = Math.max(0, nowMs - bucket.filledAtMs)
      bucket.tokens = Math.min(capacity, bucket.tokens + passedMs * perMs)
      bucket.filledAtMs = nowMs
      buckets.set(key, bucket)
      if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perMs / 1_000))
      bucket.tokens--
      return 0
    },
    giveBack(key) {
      const bucket = buckets.get(key)
      if (bucket) bucket.tokens = Math.min(bucket.capacity, bucket.tokens + 1)
    },
  }
}
