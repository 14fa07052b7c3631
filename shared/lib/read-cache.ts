import type { Clock } from './clock.ts'
import { createSizedCache } from './sized-cache.ts'

/** Caches what reads returned; concurrent reads of the same key share one. */
export type ReadCache<T> = {
  /** Returns the cached value, or what `read` returns. A rejection is not cached. */
  read(key: string, read: () => Promise<T>): Promise<T>
}

type Options<T> = { maxBytes: number; freshMs: number; bytesOf: (value: T) => number }

type Entry<T> = { value: T; readAtMs: number }

/** `maxBytes`: the least recently used values go first; one that is larger is not cached. */
export function createReadCache<T>(clock: Clock, { maxBytes, freshMs, bytesOf }: Options<T>): ReadCache<T> {
  const entries = createSizedCache<string, Entry<T>>({
    maxBytes,
    keptMs: freshMs + 1_000,
    bytesOf: ({ value }) => bytesOf(value),
  })
  const reads = new Map<string, Promise<T>>()
  return {
    read(key, read) {
      const nowMs = clock.now().getTime()
      const known = entries.get(key)
      if (known && nowMs - known.readAtMs < freshMs) return Promise.resolve(known.value)
      const current = reads.get(key)
      if (current) return current
      const started = read()
        .then((value) => {
          entries.set(key, { value, readAtMs: nowMs })
          return value
        })
        .finally(() => reads.delete(key))
      reads.set(key, started)
      return started
    },
  }
}
