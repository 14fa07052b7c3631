import { isDatabaseAway } from '#shared/db/database-errors.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { CacheTally } from '#shared/lib/sized-cache.ts'
import { collectSooner } from '#shared/lib/v8-memory.ts'
import type { Event } from './event.schema.ts'
import type { RevisedEvent, SeatCount } from './event.store.ts'
import {
  type Copy,
  createEventCopies,
  EVENT_BOUNDS,
  FRESH_MS,
  jsonOf,
  LONG_PAGE_FROM,
  type PageEntry,
  type PageForm,
  pageBytes,
  type Read,
  SLOW_READ_MS,
  STALE_MAX_MS,
  type ToBody,
} from './event-copies.ts'
import type { EventFilter } from './event-filter.store.ts'
import { type Links, withLink } from './online-links.ts'

/**
 * Caches events and pages of events for one second, during which changes of other instances may stay unseen; changes of
 * this instance are seen at once (decision 0009). Copies are compared by the row's `revision`, so that a slow read never
 * replaces a newer one.
 */
export type EventCache = {
  /**
   * Returns the response body, as composed by `toBody` from the JSON of the events and their total. Throws 503 when too many
   * wait for long pages.
   */
  page(filter: EventFilter, slice: Slice, toBody: ToBody, form?: PageForm): Promise<Ready>
  /** Returns the event; undefined when there is none. */
  event(id: number): Promise<CachedEvent | undefined>
  /** Returns the event as JSON if a fresh copy is cached and it is the same for every caller, having no link. */
  recallEvent(id: number): string | undefined
  /** Call after this instance has given or freed a seat. */
  setSeats(seats: SeatCount): void
  /** Empties the cache. Call after this instance has changed more than seats. */
  forget(): void
}

/** An event without its link, and the same as JSON. `revision` is raised by every change of the event. */
export type CachedEvent = { event: Event; revision: number; json: string }

/**
 * `online`: ids of the events with a link, which the body does not have and `withLinks` adds. `recall` returns the current body
 * as long as that needs no query and is the same for every caller.
 */
type Ready = {
  body: string
  online: number[]
  withLinks(links: Links): string
  recall: () => string | undefined
}

type Composition = Pick<PageEntry, 'toBody' | 'form'>

type Tallies = { pages: CacheTally; events: CacheTally }

type Source = {
  list(filter: EventFilter, slice: Slice): Promise<{ events: RevisedEvent[]; total: number }>
  find(id: number): Promise<RevisedEvent | undefined>
}

const LONG_AT_ONCE = 2
const LONG_WAITING_MAX = 200
const LONG_BODY_CHARS = 64 * 1024

export function createEventCache(
  source: Source,
  clock: Clock,
  tallies: Tallies,
  bounds = EVENT_BOUNDS,
): EventCache {
  const { events, pages, seats } = createEventCopies(bounds)
  /** Reads under way, so that concurrent requests for the same share one. */
  const pageReads: Reads<string, PageEntry> = new Map()
  const eventReads: Reads<number, Copy | undefined> = new Map()
  const longReads = createBatcher<() => Promise<PageEntry>, PageEntry>({
    name: 'read long pages',
    run: (reads) => Promise.all(reads.map((read) => read())),
    batchMax: 1,
    concurrency: LONG_AT_ONCE,
    waitingMax: LONG_WAITING_MAX,
  })
  /** Raised by `forget`: a read that began before it is not cached. */
  let epoch = 0
  /** Raised with every replaced copy: a page whose counter is equal needs no check. */
  let changes = 0

  const nowMs = () => clock.now().getTime()
  const readNow = (): Read => ({ readAtMs: nowMs(), freshUntilMs: nowMs() + FRESH_MS })
  const fresh = <T extends Read>(read: T | undefined) =>
    read && nowMs() < read.freshUntilMs ? read : undefined

  const look = <T extends Read>(tally: CacheTally, read: T | undefined) => {
    const known = fresh(read)
    if (known) tally.hits++
    else tally.misses++
    return known
  }

  const put = (copy: Copy): Copy => {
    changes++
    events.set(copy.event.id, copy)
    return copy
  }
  const toCopy = (read: RevisedEvent): Copy => {
    const newest = withSeats(read, seats.get(read.event.id))
    const known = events.get(read.event.id)
    const { event, revision } = known && known.revision > newest.revision ? known : newest
    return { ...readNow(), event, revision, json: JSON.stringify(event) }
  }

  /** Instead of a read that fails because the database is unavailable, or that takes long, a copy of the last half minute. */
  const orStale = <T extends Read, R extends T | undefined>(
    known: T | undefined,
    reading: Promise<R>,
  ): Promise<R | T> => {
    if (!known || nowMs() - known.readAtMs > STALE_MAX_MS) return reading
    const read = reading.catch((error: unknown) => {
      if (!isDatabaseAway(error)) throw error
      known.freshUntilMs = nowMs() + FRESH_MS
      return known
    })
    const { promise: slow, resolve } = Promise.withResolvers<T>()
    const timer = setTimeout(resolve, SLOW_READ_MS, known)
    return Promise.race([read, slow]).finally(() => clearTimeout(timer))
  }

  const readPage = async (key: string, filter: EventFilter, slice: Slice, { toBody, form }: Composition) => {
    const before = epoch
    const { events: found, total } = await source.list(filter, slice)
    const isCurrent = epoch === before
    const copies = found.map(toCopy)
    if (isCurrent) copies.forEach(put)
    const entry: PageEntry = { ...readNow(), key, copies, total, toBody, form, changes, body: '', bytes: 0 }
    entry.body = compose(entry)
    if (entry.body.length > LONG_BODY_CHARS) collectSooner()
    if (isCurrent && entry.body.length <= bounds.bodyMaxChars) pages.set(key, entry)
    return entry
  }
  const readEvent = async (id: number): Promise<Copy | undefined> => {
    const before = epoch
    const found = await source.find(id)
    const copy = found && toCopy(found)
    return copy && epoch === before ? put(copy) : copy
  }
  const render = (entry: PageEntry): string => {
    if (entry.changes === changes) return entry.body
    entry.changes = changes
    const newest = entry.copies.map((copy) => events.get(copy.event.id) ?? copy)
    if (newest.every((copy, i) => copy === entry.copies[i])) return entry.body
    entry.copies = newest
    entry.body = compose(entry)
    // The body may have grown: account for its new size.
    if (pageBytes(entry) > entry.bytes && pages.peek(entry.key) === entry) pages.set(entry.key, entry)
    return entry.body
  }

  return {
    async page(filter, slice, toBody, form = 'full') {
      const { endsAfter, ...rest } = filter
      const key = JSON.stringify([form, rest, endsAfter !== undefined, slice])
      const known = pages.get(key)
      const readNew = () => readPage(key, filter, slice, { toBody, form })
      const read = () => (slice.limit > LONG_PAGE_FROM ? longReads.add(readNew) : readNew())
      const entry = look(tallies.pages, known) ?? (await orStale(known, readOnce(pageReads, key, read)))
      const recall = () => {
        const ready = fresh(pages.get(key))
        if (!ready || onlineOf(ready).length > 0) return undefined
        tallies.pages.hits++
        return render(ready)
      }
      return {
        body: render(entry),
        online: form === 'public' ? [] : onlineOf(entry),
        withLinks: (links) => (links.size === 0 ? render(entry) : compose(entry, links)),
        recall,
      }
    },
    async event(id) {
      const known = events.get(id)
      const read = () =>
        orStale(
          known,
          readOnce(eventReads, id, () => readEvent(id)),
        )
      const copy = look(tallies.events, known) ?? (await read())
      return copy
    },
    recallEvent(id) {
      const known = fresh(events.get(id))
      if (!known || known.event.is_online) return undefined
      tallies.events.hits++
      return known.json
    },
    setSeats(count) {
      const last = seats.get(count.id)
      if (!last || last.revision < count.revision) seats.set(count.id, count)
      const known = events.get(count.id)
      if (!known || known.revision >= count.revision) return
      const { event, revision } = withSeats(known, count)
      put({ ...known, event, revision, json: JSON.stringify(event) })
    },
    forget() {
      epoch++
      pages.clear()
      events.clear()
      pageReads.clear()
      eventReads.clear()
    },
  }
}

type Reads<K, T> = Map<K, Promise<T>>

function readOnce<K, T>(reads: Reads<K, T>, key: K, read: () => Promise<T>): Promise<T> {
  const current = reads.get(key)
  if (current) return current
  const started = read().finally(() => reads.get(key) === started && reads.delete(key))
  reads.set(key, started)
  return started
}

function compose({ copies, total, toBody, form }: PageEntry, links?: Links): string {
  const toJson = (copy: Copy) =>
    links?.has(copy.event.id) ? JSON.stringify(withLink(copy.event, links)) : jsonOf(copy, form)
  return toBody(`[${copies.map(toJson).join(',')}]`, total)
}

const onlineOf = ({ copies }: PageEntry) =>
  copies.filter(({ event }) => event.is_online).map(({ event }) => event.id)

function withSeats(read: RevisedEvent, count: SeatCount | undefined): RevisedEvent {
  if (!count || count.revision <= read.revision) return read
  const { current_participants, max_participants, revision } = count
  const available_spots = max_participants - current_participants
  const seats = { max_participants, current_participants, available_spots, is_full: available_spots <= 0 }
  const event: Event = { ...read.event, ...seats }
  return { event, revision }
}
