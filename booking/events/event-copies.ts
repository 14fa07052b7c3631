import { createSizedCache, ENTRY_BYTES, textBytes } from '#shared/lib/sized-cache.ts'
import type { Event, PublicEvent } from './event.schema.ts'
import type { RevisedEvent, SeatCount } from './event.store.ts'

export type Read = { readAtMs: number; freshUntilMs: number }
export type Copy = RevisedEvent & Read & { json: string }
export type ToBody = (eventsJson: string, total: number) => string

/** `body` was composed of `copies` when the change counter was `changes`. `bytes` is its size as last accounted. */
export type PageEntry = Read & {
  key: string
  copies: Copy[]
  total: number
  body: string
  changes: number
  toBody: ToBody
  form: PageForm
  bytes: number
}

/** `public`: what somebody without an account may read. */
export type PageForm = 'full' | 'public'

export const FRESH_MS = 1_000
/** How old an entry may be while the database is unavailable, so that reads survive its restart. */
export const STALE_MAX_MS = 30_000
/** A read that takes longer is not waited for where there is a copy: a silent database answers only after nine seconds. */
export const SLOW_READ_MS = 500

/** Pages with more events than this are long: each may take some MB while it is made. */
export const LONG_PAGE_FROM = 25

const MB = 1024 * 1024
const SEATS_MAX_BYTES = 2 * MB

/** 26 MB in all with the seats and the fast lane's answers (decision 0043). */
export const EVENT_BOUNDS = {
  eventsMaxBytes: 6 * MB,
  pagesMaxBytes: 10 * MB,
  /** A longer page is not cached: it is rarely requested and would evict many others. */
  bodyMaxChars: 256 * 1024,
}
export type EventBounds = typeof EVENT_BOUNDS

/** Returns the caches of events, of pages, and of seat counts, each bounded in bytes. */
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
    /** The latest seat counts written by this instance, also of events that are not cached. */
    seats: createSizedCache<number, SeatCount>({ maxBytes: SEATS_MAX_BYTES, keptMs, bytesOf: () => 0 }),
  }
}

/** Returns the event as JSON in that form. Its link is in neither. */
export function jsonOf(copy: Pick<Copy, 'event' | 'json'>, form: PageForm): string {
  return form === 'full' ? copy.json : JSON.stringify(toPublicEvent(copy.event))
}

/** The reason of a cancellation is for those who had booked. */
export function toPublicEvent({
  virtual_link: _link,
  cancellation_reason: _reason,
  ...event
}: Event): PublicEvent {
  return event
}

/** The texts are held twice: in the JSON and in the event. */
const copyBytes = ({ json }: Copy) => 2 * textBytes(json) + ENTRY_BYTES

/** Copies may be shared by several entries; they count for each, which errs on the safe side. */
export const pageBytes = ({ copies, body }: PageEntry) =>
  copies.reduce((sum, copy) => sum + copyBytes(copy), textBytes(body) + ENTRY_BYTES)
