import { LRUCache } from 'lru-cache'

/** A cache that is bounded by what it occupies: how much one entry is decides whoever asks. */
export type SizedCache<K, V> = {
  get(key: K): V | undefined
  /** Without counting as a use. */
  peek(key: K): V | undefined
  set(key: K, value: V): void
  delete(key: K): void
  clear(): void
  bytes(): number
}

export type CacheBounds<V> = {
  maxBytes: number
  /** One that is larger is not kept at all, and neither is what its key had before. */
  entryMaxBytes?: number
  /** After so long without having been set again an entry is of no use any more. */
  keptMs: number
  bytesOf: (value: V) => number
}

/** Counts of lookups, raised in place because lookups are too frequent for a call into the metrics library. */
export type CacheTally = { hits: number; misses: number }

/** What a key, its place in the list and an object of some fields occupy beside their texts. */
export const ENTRY_BYTES = 512
const PURGE_EVERY_MS = 10_000

/** Least recently used goes first. What is too old goes when something is put in. */
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
    // The clock is asked once in a while, not with each entry.
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

/** What a text occupies at most: V8 takes one byte a character or two, and does not say which. */
export const textBytes = (text: string): number => 2 * text.length
