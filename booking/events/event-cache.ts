import { LRUCache } from 'lru-cache'
import type { Slice } from '#shared/http/pagination.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Event } from './event.schema.ts'
import type { EventFilter, RevisedEvent, SeatCount } from './event.store.ts'

/**
 * Events as they were last read, for at most a second: so long other instances' changes may stay unseen. What this
 * instance changes is seen at once. Copies are told apart by the row's revision, so that an answer that was slow
 * to arrive never replaces a newer one.
 */
export type EventCache = {
  /** The body of the answer, as `toBody` makes it from the events' JSON and how many there are in all. */
  page(filter: EventFilter, slice: Slice, toBody: ToBody): Promise<string>
  /** The event as JSON; undefined when there is none. */
  event(id: number): Promise<string | undefined>
  /** This instance has given or freed a seat. */
  setSeats(seats: SeatCount): void
  /** This instance has changed more than seats. */
  forget(): void
}

type ToBody = (eventsJson: string, total: number) => string

type Source = {
  list(filter: EventFilter, slice: Slice): Promise<{ events: RevisedEvent[]; total: number }>
  find(id: number): Promise<RevisedEvent | undefined>
}

type Copy = RevisedEvent & { json: string; readAtMs: number }
/** `body` was made of exactly these copies. */
type PageEntry = { copies: Copy[]; total: number; readAtMs: number; body: string | undefined }

const FRESH_MS = 1_000
const EVENTS_MAX = 5_000
const PAGES_MAX = 500

export function createEventCache(source: Source, clock: Clock): EventCache {
  const events = new LRUCache<number, Copy>({ max: EVENTS_MAX })
  const pages = new LRUCache<string, PageEntry>({ max: PAGES_MAX })
  /** The last seats that were given or freed here, also of events that nobody has read yet. */
  const seats = new LRUCache<number, SeatCount>({ max: EVENTS_MAX })
  const reading = new Map<string, Promise<unknown>>()
  let epoch = 0

  const isFresh = ({ readAtMs }: { readAtMs: number }) => clock.now().getTime() - readAtMs < FRESH_MS

  const keep = (read: RevisedEvent): Copy => {
    const { id } = read.event
    const newest = withSeats(read, seats.get(id))
    const known = events.get(id)
    const { event, revision } = known && known.revision > newest.revision ? known : newest
    const copy = { event, revision, json: JSON.stringify(event), readAtMs: clock.now().getTime() }
    events.set(id, copy)
    return copy
  }

  /** Everybody who asks for the same at the same time waits for one reading. */
  const readOnce = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const current = reading.get(key) as Promise<T> | undefined
    if (current) return current
    const started = read().finally(() => reading.get(key) === started && reading.delete(key))
    reading.set(key, started)
    return started
  }

  const readPage = async (key: string, filter: EventFilter, slice: Slice): Promise<PageEntry> => {
    const before = epoch
    const page = await source.list(filter, slice)
    const copies = page.events.map(keep)
    const entry = { copies, total: page.total, readAtMs: clock.now().getTime(), body: undefined }
    if (epoch === before) pages.set(key, entry)
    return entry
  }

  const readEvent = async (id: number) => {
    const found = await source.find(id)
    if (found) keep(found)
  }

  return {
    async page(filter, slice, toBody) {
      const { startsAfter, ...rest } = filter
      const key = JSON.stringify([rest, startsAfter !== undefined, slice])
      const known = pages.get(key)
      const entry = known && isFresh(known) ? known : await readOnce(key, () => readPage(key, filter, slice))
      const newest = entry.copies.map((copy) => events.get(copy.event.id) ?? copy)
      if (!entry.body || newest.some((copy, i) => copy !== entry.copies[i])) {
        entry.copies = newest
        entry.body = toBody(`[${newest.map(({ json }) => json).join(',')}]`, entry.total)
      }
      return entry.body
    },
    async event(id) {
      const known = events.get(id)
      if (!known || !isFresh(known)) await readOnce(`event ${id}`, () => readEvent(id))
      return events.get(id)?.json
    },
    setSeats(count) {
      const last = seats.get(count.id)
      if (!last || last.revision < count.revision) seats.set(count.id, count)
      const known = events.get(count.id)
      if (!known || known.revision >= count.revision) return
      const newest = withSeats(known, count)
      events.set(count.id, { ...newest, json: JSON.stringify(newest.event), readAtMs: known.readAtMs })
    },
    forget() {
      epoch++
      pages.clear()
      events.clear()
      reading.clear()
    },
  }
}

function withSeats(read: RevisedEvent, count: SeatCount | undefined): RevisedEvent {
  if (!count || count.revision <= read.revision) return read
  const { current_participants, revision } = count
  const available_spots = read.event.max_participants - current_participants
  const event: Event = { ...read.event, current_participants, available_spots, is_full: available_spots <= 0 }
  return { event, revision }
}
