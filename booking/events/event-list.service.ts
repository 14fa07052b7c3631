import { LRUCache } from 'lru-cache'
import type { Database } from '#booking/database/database.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { isShortSearch } from '#shared/lib/short-search.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { countBetween } from './event-count.store.ts'
import type { EventFilter } from './event-filter.store.ts'
import * as eventListStore from './event-list.store.ts'

type ListEvents = (filter: EventFilter, slice: Slice) => Promise<eventListStore.ListedEvents>

/** How many events a search finds, `among` how many, as last counted. `tookMs` is what counting cost. */
type Total = { total: number; among: number; tookMs: number; countedAtMs: number }

/** A search that takes longer than this finds many events: its total is cached. */
const SLOW_MS = 25
/** Totals are refreshed in the background at most so often that counting takes a twentieth of one connection's time. */
const REST_FACTOR = 20
const FRESH_MIN_MS = 1_000
/** A total that nobody has asked for in so long is counted again before the answer. */
const KEPT_MS = 60_000
const TOTALS_MAX = 1_000
/** A page of a frequent search is read in order of start while that passes so many events; a later one is found by its text. */
const PASSED_MAX = 20_000

/**
 * Lists events. A word that 200,000 of a million events have takes 0.3 s to count, so the total of such a search comes from a cache,
 * and may be as old as twenty times what counting took, at least a second; its pages are always read. All other totals are exact (0048).
 */
export function createEventList(
  { reads, log }: { reads: Reads<Database>; log: Logger },
  { slowMs = SLOW_MS }: { slowMs?: number } = {},
): ListEvents {
  const totals = new LRUCache<string, Total>({ max: TOTALS_MAX, ttl: KEPT_MS })
  const counting = new Set<string>()

  /** What was counted stands for a while if it took long, and says how far apart the matches lie. */
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
    if (!filter.search || filter.facilitator_id || isShortSearch(filter.search)) return find()
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

/** How many events are passed until a page is complete, when its matches lie as far apart as all do. */
function passedBy({ limit, offset }: Slice, { total, among }: Total): number {
  return total === 0 ? Number.POSITIVE_INFINITY : ((offset + limit) * among) / total
}

/** The moment from which on events are ahead moves with the clock; the total is the same search's. */
function keyOf({ startsAfter, ...rest }: EventFilter): string {
  return JSON.stringify([rest, startsAfter !== undefined])
}
