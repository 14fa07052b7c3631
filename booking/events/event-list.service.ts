import { LRUCache } from 'lru-cache'
import type { Database } from '#booking/database/database.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import { isShortSearch } from '#shared/db/text-search.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { countBetween } from './event-count.store.ts'
import { type EventFilter, isSearch } from './event-filter.store.ts'
import * as eventListStore from './event-list.store.ts'

type ListEvents = (filter: EventFilter, slice: Slice) => Promise<eventListStore.ListedEvents>

/** The number of matches of a search, `among` how many events, as last counted. `tookMs`: duration of the count. */
type Total = { total: number; among: number; tookMs: number; countedAtMs: number }

/** A search that takes longer than this finds many events: its total is cached. */
const SLOW_MS = 25
/** Background refreshes of one total take at most a twentieth of one connection's time. */
const REST_FACTOR = 20
const FRESH_MIN_MS = 1_000
/** A total that was not requested for this long is counted again before the answer. */
const KEPT_MS = 60_000
const TOTALS_MAX = 1_000
/** Pages of a frequent search are read in order of start while that skips at most this many events; later ones by text. */
const PASSED_MAX = 20_000

/**
 * Returns a function that lists events. Counting a word that 200,000 of a million events have takes 0.3 s, so the total of
 * such a search is cached and may be as old as twenty times the duration of the count, at least a second; its pages are
 * never cached. All other totals are exact (decision 0048).
 */
export function createEventList(
  { reads, log }: { reads: Reads<Database>; log: Logger },
  { slowMs = SLOW_MS }: { slowMs?: number } = {},
): ListEvents {
  const totals = new LRUCache<string, Total>({ max: TOTALS_MAX, ttl: KEPT_MS })
  const counting = new Set<string>()

  /** Caches a total that took long to count. */
  const keep = async (key: string, filter: EventFilter, total: number, countedAtMs: number) => {
    const tookMs = performance.now() - countedAtMs
    if (tookMs < slowMs) return void totals.delete(key)
    const { search: _search, ...all } = filter
    const { total: among } = await reads((reader) => countBetween(reader, all))
    totals.set(key, { total, among, tookMs, countedAtMs })
  }
  const refresh = async (key: string, filter: EventFilter) => {
    if (counting.has(key)) return
    counting.add(key)
    try {
      const countedAtMs = performance.now()
      const total = await reads((reader) => eventListStore.countMatching(reader, filter))
      await keep(key, filter, total, countedAtMs)
    } catch (err) {
      log.warn({ err }, 'the total of a search could not be refreshed')
    } finally {
      counting.delete(key)
    }
  }

  return async (filter, slice) => {
    const find = () => reads((reader) => eventListStore.list(reader, filter, slice))
    const { search, facilitator_id, parent_event_id } = filter
    const isShort = search && isShortSearch(search)
    if (!isSearch(filter) || facilitator_id || parent_event_id || isShort) return find()
    const key = keyOf(filter)
    const known = totals.get(key)
    if (!known || passedBy(slice, known) > PASSED_MAX) {
      const beganAtMs = performance.now()
      const found = await find()
      await keep(key, filter, found.total, beganAtMs)
      return found
    }
    if (performance.now() - known.countedAtMs > Math.max(FRESH_MIN_MS, REST_FACTOR * known.tookMs))
      void refresh(key, filter)
    const events = await reads((reader) => eventListStore.walk(reader, filter, slice))
    return { events, total: known.total }
  }
}

/** Estimates how many events are read until the page is complete, assuming evenly spread matches. */
function passedBy({ limit, offset }: Slice, { total, among }: Total): number {
  return total === 0 ? Number.POSITIVE_INFINITY : ((offset + limit) * among) / total
}

/** `endsAfter` moves with the clock, so only its presence is part of the key. */
function keyOf({ endsAfter, ...rest }: EventFilter): string {
  return JSON.stringify([rest, endsAfter !== undefined])
}
