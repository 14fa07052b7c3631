import { LRUCache } from 'lru-cache'
import type { Database, Db } from '#booking/database.ts'
import type { Reads } from '#shared/db/replica-reads.ts'
import type { Slice } from '#shared/http/pagination.ts'
import type { Logger } from '#shared/lib/logger.ts'
import { isShortSearch } from '#shared/lib/short-search.ts'
import * as eventCountStore from './event-count.store.ts'
import type { EventFilter } from './event-filter.store.ts'
import * as eventListStore from './event-list.store.ts'

type ListEvents = (filter: EventFilter, slice: Slice) => Promise<eventListStore.ListedEvents>

type Connections = { db: Db; reads: Reads<Database>; log: Logger }

/** A search that takes longer than this may match so many events that they had better be counted. */
const SLOW_MS = 25
/** So long a search is not counted again that turned out to match few, or could not be counted. */
const LEFT_ALONE_MS = 600_000
const LEFT_ALONE_MAX = 1_000
/** Whoever writes events waits while one is counted: not more often, whatever is searched for. */
const COUNT_EVERY_MS = 60_000

/** Lists events. A search that takes long is counted in the background, so that it is quick from then on, for everybody. */
export function createEventList(
  { db, reads, log }: Connections,
  {
    slowMs = SLOW_MS,
    keptFrom,
    countEveryMs = COUNT_EVERY_MS,
  }: { slowMs?: number; keptFrom?: number; countEveryMs?: number } = {},
): ListEvents {
  const leftAlone = new LRUCache<string, true>({ max: LEFT_ALONE_MAX, ttl: LEFT_ALONE_MS })
  let isCounting = false
  let countsFromMs = 0

  const count = async (search: string) => {
    if (isCounting || leftAlone.has(search) || performance.now() < countsFromMs) return
    isCounting = true
    countsFromMs = performance.now() + countEveryMs
    leftAlone.set(search, true)
    try {
      await eventCountStore.keepCounts(db, search, keptFrom)
    } catch (error) {
      if ((error as { code?: unknown }).code === LOCK_NOT_AVAILABLE) leftAlone.delete(search)
      else log.warn({ err: error }, 'a search could not be counted')
    } finally {
      isCounting = false
    }
  }

  return async (filter, slice) => {
    const beganAt = performance.now()
    const listed = await reads((reader) => eventListStore.list(reader, filter, slice))
    const isSlow = performance.now() - beganAt >= slowMs
    // Those of one facilitator are looked for among theirs.
    if (isSlow && filter.search && !filter.facilitator_id && !isShortSearch(filter.search))
      void count(filter.search)
    return listed
  }
}

/** Somebody is just writing events, or counts a search already. */
const LOCK_NOT_AVAILABLE = '55P03'
