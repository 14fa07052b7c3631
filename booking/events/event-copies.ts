import { createSizedCache, ENTRY_BYTES, textBytes } from '#shared/lib/sized-cache.ts'
import type { RevisedEvent, SeatCount } from './event.store.ts'

export type Read = { readAtMs: number; freshUntilMs: number }
export type Copy = RevisedEvent & Read & { json: string }
export type ToBody = (eventsJson: string, total: number) => string

/** `body` was made of exactly these copies, when so many changes had been seen. `bytes` is what it was last counted as. */
export type PageEntry = Read & {
  key: string
  copies: Copy[]
  total: number
  body: string
  changes: number
  toBody: ToBody
  bytes: number
}

export const FRESH_MS = 1_000
/** So old may be what is shown while the database cannot be asked: reading goes on when it restarts. */
export const STALE_MAX_MS = 30_000

const MB = 1024 * 1024
const SEATS_MAX_BYTES = 2 * MB

/** With the seats, and the answers that lie ready in the fast lane, 26 MB in all (0043). */
export const EVENT_BOUNDS = {
  eventsMaxBytes: 6 * MB,
  pagesMaxBytes: 10 * MB,
  /** A longer page is read each time: few ask for it, and it would push many others out. */
  bodyMaxChars: 256 * 1024,
}
export type EventBounds = typeof EVENT_BOUNDS

/** What an instance remembers of events, bounded by what it occupies. */
export function createEventCopies({ eventsMaxBytes, pagesMaxBytes }: EventBounds) {
  const keptMs = STALE_MAX_MS + FRESH_MS
  return {
    events: createSizedCache<number, Copy>({ maxBytes: eventsMaxBytes, keptMs, bytesOf: copyBytes }),
    pages: createSizedCache<string, PageEntry>({
      maxBytes: pagesMaxBytes,
      keptMs,
      bytesOf(entry) {
        entry.bytes = pageBytes(entry)
        return entry.bytes
      },
    }),
    /** The last seats that were given or freed here, also of events that nobody has read yet. */
    seats: createSizedCache<number, SeatCount>({ maxBytes: SEATS_MAX_BYTES, keptMs, bytesOf: () => 0 }),
  }
}

/** The JSON, and the event with the same texts once more. */
const copyBytes = ({ json }: Copy) => 2 * textBytes(json) + ENTRY_BYTES

/** Its copies may be other entries' as well, or nobody's any more: they count for each. */
export const pageBytes = ({ copies, body }: PageEntry) =>
  copies.reduce((sum, copy) => sum + copyBytes(copy), textBytes(body) + ENTRY_BYTES)
