import { LRUCache } from 'lru-cache'
import type { Clock } from './clock.ts'

/**
 * Token buckets in memory, one a key: each holds as many as may be taken in a minute, and is filled again evenly. Those that
 * were not asked for longest are forgotten beyond `keysMax`, which is as if they were full.
 */
export type TokenBuckets = {
  /** Takes one. Zero, or the seconds to wait when there is none. `times`: so many times as large a bucket. */
  take(key: string | number, times?: number): number
  /** For what came to nothing. */
  giveBack(key: string | number): void
}

type Bucket = { tokens: number; capacity: number; filledAtMs: number }

const KEYS_MAX = 20_000
const MINUTE_MS = 60_000

/** `perMinute` 0: as many as they like. */
export function createTokenBuckets(perMinute: number, clock: Clock, keysMax = KEYS_MAX): TokenBuckets {
  if (perMinute === 0) return { take: () => 0, giveBack() {} }
  const buckets = new LRUCache<string | number, Bucket>({ max: keysMax })
  return {
    take(key, times = 1) {
      const nowMs = clock.now().getTime()
      const capacity = perMinute * times
      const bucket = buckets.get(key) ?? { tokens: capacity, capacity, filledAtMs: nowMs }
      const perMs = capacity / MINUTE_MS
      // A clock that was set back must not empty anything.
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
