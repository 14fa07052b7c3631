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
  type PageEntry,
  pageBytes,
  type Read,
  STALE_MAX_MS,
  type ToBody,
} from './event-copies.ts'
import type { EventFilter } from './event-filter.store.ts'

/**
 * Events as they were last read, for at most a second: so long other instances' changes may stay unseen. What this
 * instance changes is seen at once. Copies are told apart by the row's revision, so that an answer that was slow
 * to arrive never replaces a newer one.
 */
export type EventCache = {
  /**
   * The body of the answer, as `toBody` makes it from the events' JSON and how many there are in all. Bodies that are
   * made in another way have another `form`. Throws 503 when too many wait for long pages.
   */
  page(filter: EventFilter, slice: Slice, toBody: ToBody, form?: string): Promise<Ready>
  /** The event as JSON; undefined when there is none. */
  event(id: number): Promise<string | undefined>
  /** The event as JSON, if it is known well enough. */
  recallEvent(id: number): string | undefined
  /** This instance has given or freed a seat. */
  setSeats(seats: SeatCount): void
  /** This instance has changed more than seats. */
  forget(): void
}

/** `recall` gives the body as it is now, as long as that needs no reading. */
type Ready = { body: string; recall: () => string | undefined }

type Tallies = { pages: CacheTally; events: CacheTally }

type Source = {
  list(filter: EventFilter, slice: Slice): Promise<{ events: RevisedEvent[]; total: number }>
  find(id: number): Promise<RevisedEvent | undefined>
}

/** Longer pages are read so many at a time: each may take some MB while it is made. */
const LONG_FROM = 25
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
  /** As many at most as requests are in work. */
  const reading = new Map<string, Promise<unknown>>()
  const longReads = createBatcher<() => Promise<PageEntry>, PageEntry>({
    name: 'read long pages',
    run: (reads) => Promise.all(reads.map((read) => read())),
    batchMax: 1,
    concurrency: LONG_AT_ONCE,
    waitingMax: LONG_WAITING_MAX,
  })
  /** Raised when what is being read may be outdated already. */
  let epoch = 0
  /** Raised with every copy that is replaced. */
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

  /** Everybody who asks for the same at the same time waits for one reading. */
  const readOnce = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const current = reading.get(key) as Promise<T> | undefined
    if (current) return current
    const started = read().finally(() => reading.get(key) === started && reading.delete(key))
    reading.set(key, started)
    return started
  }
  const orStale =
    <T extends Read>(known: T | undefined) =>
    (error: unknown): T => {
      if (!known || nowMs() - known.readAtMs > STALE_MAX_MS || !isDatabaseAway(error)) throw error
      known.freshUntilMs = nowMs() + FRESH_MS
      return known
    }

  const readPage = async (key: string, filter: EventFilter, slice: Slice, toBody: ToBody) => {
    const before = epoch
    const { events: found, total } = await source.list(filter, slice)
    const isCurrent = epoch === before
    const copies = found.map(toCopy)
    if (isCurrent) copies.forEach(put)
    const entry: PageEntry = { ...readNow(), key, copies, total, toBody, changes, body: '', bytes: 0 }
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
    // Of an event that another instance has changed the new text may be longer.
    if (pageBytes(entry) > entry.bytes && pages.peek(entry.key) === entry) pages.set(entry.key, entry)
    return entry.body
  }

  return {
    async page(filter, slice, toBody, form = 'page') {
      const { startsAfter, ...rest } = filter
      const key = JSON.stringify([form, rest, startsAfter !== undefined, slice])
      const known = pages.get(key)
      const readNew = () => readPage(key, filter, slice, toBody)
      const read = () => (slice.limit > LONG_FROM ? longReads.add(readNew) : readNew())
      const entry = look(tallies.pages, known) ?? (await readOnce(key, read).catch(orStale(known)))
      const recall = () => {
        const ready = fresh(pages.get(key))
        if (ready) tallies.pages.hits++
        return ready && render(ready)
      }
      return { body: render(entry), recall }
    },
    async event(id) {
      const known = events.get(id)
      const read = () => readOnce(`event ${id}`, () => readEvent(id)).catch(orStale(known))
      const copy = look(tallies.events, known) ?? (await read())
      return copy?.json
    },
    recallEvent(id) {
      const known = fresh(events.get(id))
      if (known) tallies.events.hits++
      return known?.json
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
      reading.clear()
    },
  }
}

function compose({ copies, total, toBody }: PageEntry): string {
  return toBody(`[${copies.map(({ json }) => json).join(',')}]`, total)
}

function withSeats(read: RevisedEvent, count: SeatCount | undefined): RevisedEvent {
  if (!count || count.revision <= read.revision) return read
  const { current_participants, max_participants, revision } = count
  const available_spots = max_participants - current_participants
  const seats = { max_participants, current_participants, available_spots, is_full: available_spots <= 0 }
  const event: Event = { ...read.event, ...seats }
  return { event, revision }
}
