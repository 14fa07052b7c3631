import { LRUCache } from 'lru-cache'

/** An LRU cache that is bounded by bytes (decision 0043); `bytesOf` gives the size of an entry. */
export type SizedCache<K, V> = {
  get(key: K): V | undefined
  /** Like `get`, but does not make the entry the most recently used one. */
  peek(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
  clear(): void
  bytes(): number
}

export type CacheBounds<V> = {
  maxBytes: number
  /** A larger entry is not stored, and removes the previous one of its key. */
  entryMaxBytes?: number
  /** Time to live, counted from the last `set`. */
  keptMs: number
  bytesOf: (value: V) => number
}

/** Counts of lookups, incremented in place: a call into the metrics library would cost more than the lookup. */
export type CacheTally = { hits: number; misses: number }

/** Overhead of one entry beside its texts: key, list node and a small object. */
export const ENTRY_BYTES = 512
const PURGE_EVERY_MS = 10_000

/** Evicts the least recently used entry first; expired entries are purged at most every ten seconds, on `set`. */
export function createSizedCache<K extends string | number, V extends object>({
  maxBytes,
  entryMaxBytes = maxBytes,
  keptMs,
  bytesOf,
}: CacheBounds<V>): SizedCache<K, V> {
  const entries = new LRUCache<K, V>({
    maxSize: maxBytes,
    maxEntrySize: entryMaxBytes,
    sizeCalculation: (value, key) => bytesOf(value) + ENTRY_BYTES + textBytes(String(key)),
    ttl: keptMs,
    // Reads the clock at most once a second instead of on each access.
    ttlResolution: 1_000,
  })
  let purgedAtMs = performance.now()
  return {
    get: (key) => entries.get(key),
    peek: (key) => entries.peek(key),
    set(key, value) {
      if (performance.now() - purgedAtMs > PURGE_EVERY_MS) {
        purgedAtMs = performance.now()
        entries.purgeStale()
      }
      entries.set(key, value)
    },
    delete: (key) => void entries.delete(key),
    clear: () => entries.clear(),
    bytes: () => entries.calculatedSize,
  }
}

/** Upper bound of the bytes of a text: V8 uses one or two bytes a character and does not say which. */
export const textBytes = (text: string): number => 2 * text.length
