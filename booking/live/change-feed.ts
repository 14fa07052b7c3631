import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import * as onlineLinkStore from '#booking/events/online-link.store.ts'
import type { LiveSeats } from './live.schema.ts'
import * as liveStore from './live.store.ts'
import { type Change, reloadOf } from './live-message.rules.ts'

/**
 * Reads the changes made by any instance from the audit log, which every change writes in its own transaction: bookings
 * do no extra work for subscribers (decision 0015).
 */
export type ChangeFeed = {
  /** Returns the changes since the last call; nothing at the first call. */
  next(): Promise<Change[]>
  /** Returns the changes for a user since `id` was the horizon; undefined when there are too many. */
  since(id: number, user_id: number): Promise<Change[] | undefined>
  /** Returns the present seats of an event. */
  seatsOf(event_id: number): Promise<Change[]>
  /** The cursor sent to clients: changes after this audit entry may not have been sent yet. */
  horizon(): number
}

/** Ids are assigned before the commit: for this long an entry may appear after those with higher ids. */
const LATE_MAX_MS = 10_000
const LATE_FIRST_ENTRIES = 1_000
/** More than are written in that time; they take about 10 MB. */
const LATE_MAX_ENTRIES = 50_000
/** Beyond this, reading everything again is less work for both sides. */
const MISSED_MAX_ENTRIES = 500
/** Up to this many changed events are sent in full. */
const EDITED_MAX = 50

export function createChangeFeed(db: Db, eventCache: EventCache): ChangeFeed {
  /** Newest audit ids of the recent polls; the oldest one is the horizon. */
  const polls: { newestId: number; atMs: number }[] = []
  let known = new Map<number, liveStore.TouchedEvent>()
  let bookings: liveStore.LiveBooking[] = []

  const horizon = () => polls[0]?.newestId ?? 0
  const moveHorizon = async () => {
    const newestId = await liveStore.newestId(db)
    const atMs = performance.now()
    if (polls.length === 0) polls.push({ newestId: Math.max(0, newestId - LATE_FIRST_ENTRIES), atMs })
    polls.push({ newestId, atMs })
    const isOld = (poll: (typeof polls)[number]) =>
      poll.atMs < atMs - LATE_MAX_MS || poll.newestId < newestId - LATE_MAX_ENTRIES
    while (polls[1] && isOld(polls[1])) polls.shift()
  }
  const isNewEdit = ({ event_id, edit_id }: liveStore.TouchedEvent) =>
    edit_id !== null && edit_id !== known.get(event_id)?.edit_id
  /** The cache must not be older than what subscribers have been sent. */
  const refreshCache = (changed: liveStore.TouchedEvent[], hasEdits: boolean) => {
    for (const { event_id: id, current_participants, available_spots, revision } of changed) {
      const max_participants = current_participants + available_spots
      eventCache.setSeats({ id, current_participants, max_participants, revision })
    }
    if (hasEdits) eventCache.forget()
  }

  return {
    horizon,
    async next() {
      const isFirst = polls.length === 0
      await moveHorizon()
      const touched = await liveStore.listTouched(db, { after: horizon() })
      const found = touched.length > 0 ? await liveStore.listBookings(db, { after: horizon() }) : []
      const changed = touched.filter((event) => !hasSameSeats(event, known.get(event.event_id)))
      const edited = touched.filter(isNewEdit)
      refreshCache(changed, edited.length > 0)
      const sent = new Set(bookings.map(({ id }) => id))
      const changes = isFirst
        ? []
        : [
            ...changed.map(toSeatChange),
            ...(await listEventChanges(db, edited)),
            ...found.filter(({ id }) => !sent.has(id)).map(toBookingChange),
          ]
      known = new Map(touched.map((event) => [event.event_id, event]))
      bookings = found
      return changes
    },
    async since(id, user_id) {
      const until = horizon()
      if (id > (polls.at(-1)?.newestId ?? 0) || until - id > MISSED_MAX_ENTRIES) return undefined
      // Entries after the horizon are in memory: only earlier ones are queried.
      const late = [...known.values()].filter(({ last_id }) => last_id > id)
      const lateBookings = bookings.filter((each) => each.user_id === user_id && each.id > id)
      const span = { after: id, until }
      const early = id < until ? await liveStore.listTouched(db, span) : []
      const earlyBookings = id < until ? await liveStore.listBookings(db, span, user_id) : []
      const touched = [...new Map([...late, ...early].map((event) => [event.event_id, event])).values()]
      const edited = [...late, ...early].filter(({ edit_id }) => edit_id !== null && edit_id > id)
      return [
        ...touched.map(toSeatChange),
        ...(await listEventChanges(db, edited)),
        ...[...earlyBookings, ...lateBookings].map(toBookingChange),
      ]
    },
    async seatsOf(event_id) {
      const seats = await liveStore.findSeats(db, event_id)
      return seats ? [toSeatChange(seats)] : []
    },
  }
}

function hasSameSeats(now: LiveSeats, before: LiveSeats | undefined): boolean {
  return (
    now.current_participants === before?.current_participants &&
    now.available_spots === before.available_spots &&
    now.waiting === before.waiting
  )
}

function toSeatChange(seats: LiveSeats): Change {
  const { event_id, current_participants, available_spots, is_full, waiting } = seats
  const data = { event_id, current_participants, available_spots, is_full, waiting }
  return { event: 'seats', json: JSON.stringify(data), event_id }
}

async function listEventChanges(db: Db, edited: { event_id: number }[]): Promise<Change[]> {
  if (edited.length === 0) return []
  const ids = [...new Set(edited.map(({ event_id }) => event_id))]
  if (ids.length > EDITED_MAX) return ids.map(reloadOf)
  const found = await eventStore.listByIds(db, ids)
  const online = found.filter(({ event }) => event.is_online).map(({ event }) => event.id)
  const readers = online.length > 0 ? await onlineLinkStore.listReaders(db, online) : []
  const linkedBy = new Map(readers.map((each) => [each.event_id, each]))
  return found.map(({ event }) => {
    const linked = linkedBy.get(event.id)
    return {
      event: 'event',
      json: JSON.stringify({ event }),
      event_id: event.id,
      ...(linked && {
        linked: {
          user_ids: new Set(linked.user_ids),
          json: JSON.stringify({ event: { ...event, virtual_link: linked.virtual_link } }),
        },
      }),
    }
  })
}

function toBookingChange({ action, user_id, booking_id, event_id }: liveStore.LiveBooking): Change {
  return { event: action, json: JSON.stringify({ booking_id, event_id }), event_id, user_id }
}
