import type { Db } from '#booking/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import type { LiveSeats } from './live.schema.ts'
import * as liveStore from './live.store.ts'

/** What there is to tell of an event; with `user_id`, to this user only. */
export type News = { event: string; data: object; event_id: number; user_id?: number }

/**
 * What any instance does, read from the log of who did what. Every change writes it in its own transaction, so that
 * those who book pay nothing for those who listen.
 */
export type NewsFeed = {
  /** What is new since it was asked the last time. The first time: nothing, all after that is. */
  next(): Promise<News[]>
  /** What somebody has missed who heard the last when `id` was the horizon. Undefined when that is too much. */
  since(id: number, user_id: number): Promise<News[] | undefined>
  /** An event as it is now. */
  seatsOf(event_id: number): Promise<News[]>
  /** Everything after this entry of the log may still be news. */
  horizon(): number
}

/** Entries are numbered before they are committed: for so long one may turn up behind those with higher numbers. */
const LATE_MAX_MS = 10_000
const LATE_MAX_ENTRIES = 1_000
/** For whoever has missed more than this, it is less work to read everything again. */
const MISSED_MAX_ENTRIES = 10_000

export function createNewsFeed(db: Db, eventCache: EventCache): NewsFeed {
  const looks: { newestId: number; atMs: number }[] = []
  let known = new Map<number, liveStore.TouchedEvent>()
  let promoted = new Set<number>()

  const horizon = () => looks[0]?.newestId ?? 0
  const moveHorizon = async () => {
    const newestId = await liveStore.newestId(db)
    const atMs = performance.now()
    if (looks.length === 0) looks.push({ newestId: Math.max(0, newestId - LATE_MAX_ENTRIES), atMs })
    looks.push({ newestId, atMs })
    while (looks[1] && looks[1].atMs < atMs - LATE_MAX_MS) looks.shift()
  }
  const isNewEdit = ({ event_id, edit_id }: liveStore.TouchedEvent) =>
    edit_id !== null && edit_id !== known.get(event_id)?.edit_id

  return {
    horizon,
    async next() {
      const isFirst = looks.length === 0
      await moveHorizon()
      const touched = await liveStore.listTouched(db, horizon())
      const promotions = touched.length > 0 ? await liveStore.listPromotions(db, horizon()) : []
      const changed = touched.filter((event) => !hasSameSeats(event, known.get(event.event_id)))
      const edited = touched.filter(isNewEdit)
      // What this instance shows must not be behind what it tells.
      for (const { event_id: id, current_participants, available_spots, revision } of changed) {
        const max_participants = current_participants + available_spots
        eventCache.setSeats({ id, current_participants, max_participants, revision })
      }
      if (edited.length > 0) eventCache.forget()
      const news = isFirst
        ? []
        : [
            ...changed.map(toSeatNews),
            ...(await listEventNews(db, edited)),
            ...promotions.filter(({ booking_id }) => !promoted.has(booking_id)).map(toPromotionNews),
          ]
      known = new Map(touched.map((event) => [event.event_id, event]))
      promoted = new Set(promotions.map(({ booking_id }) => booking_id))
      return news
    },
    async since(id, user_id) {
      const missed = (looks.at(-1)?.newestId ?? 0) - id
      if (missed < 0 || missed > MISSED_MAX_ENTRIES) return undefined
      const touched = await liveStore.listTouched(db, id)
      const promotions = await liveStore.listPromotions(db, id, user_id)
      return [
        ...touched.map(toSeatNews),
        ...(await listEventNews(
          db,
          touched.filter(({ edit_id }) => edit_id !== null),
        )),
        ...promotions.map(toPromotionNews),
      ]
    },
    async seatsOf(event_id) {
      const seats = await liveStore.findSeats(db, event_id)
      return seats ? [toSeatNews(seats)] : []
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

function toSeatNews(seats: LiveSeats): News {
  const { event_id, current_participants, available_spots, is_full, waiting } = seats
  return {
    event: 'seats',
    data: { event_id, current_participants, available_spots, is_full, waiting },
    event_id,
  }
}

async function listEventNews(db: Db, edited: { event_id: number }[]): Promise<News[]> {
  if (edited.length === 0) return []
  const ids = edited.map(({ event_id }) => event_id)
  const found = await eventStore.listByIds(db, ids)
  return found.map(({ event }) => ({ event: 'event', data: { event }, event_id: event.id }))
}

function toPromotionNews({ user_id, booking_id, event_id }: liveStore.LivePromotion): News {
  return { event: 'booking.promoted', data: { booking_id, event_id }, event_id, user_id }
}
