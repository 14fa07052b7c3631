import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import type { LiveSeats } from './live.schema.ts'
import * as liveStore from './live.store.ts'
import { type News, reloadOf } from './live-message.rules.ts'

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
const LATE_FIRST_ENTRIES = 1_000
/** More than are written in that time: what is remembered of them is some 10 MB. */
const LATE_MAX_ENTRIES = 50_000
/** For whoever has missed more than this, it is less work to read everything again. */
const MISSED_MAX_ENTRIES = 500
/** So many changed events are told each with all that it is. */
const EDITED_MAX = 50

export function createNewsFeed(db: Db, eventCache: EventCache): NewsFeed {
  const looks: { newestId: number; atMs: number }[] = []
  let known = new Map<number, liveStore.TouchedEvent>()
  let promotions: liveStore.LivePromotion[] = []

  const horizon = () => looks[0]?.newestId ?? 0
  const moveHorizon = async () => {
    const newestId = await liveStore.newestId(db)
    const atMs = performance.now()
    if (looks.length === 0) looks.push({ newestId: Math.max(0, newestId - LATE_FIRST_ENTRIES), atMs })
    looks.push({ newestId, atMs })
    const isOld = (look: (typeof looks)[number]) =>
      look.atMs < atMs - LATE_MAX_MS || look.newestId < newestId - LATE_MAX_ENTRIES
    while (looks[1] && isOld(looks[1])) looks.shift()
  }
  const isNewEdit = ({ event_id, edit_id }: liveStore.TouchedEvent) =>
    edit_id !== null && edit_id !== known.get(event_id)?.edit_id
  /** What this instance shows must not be behind what it tells. */
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
      const isFirst = looks.length === 0
      await moveHorizon()
      const touched = await liveStore.listTouched(db, { after: horizon() })
      const promoted = touched.length > 0 ? await liveStore.listPromotions(db, { after: horizon() }) : []
      const changed = touched.filter((event) => !hasSameSeats(event, known.get(event.event_id)))
      const edited = touched.filter(isNewEdit)
      refreshCache(changed, edited.length > 0)
      const told = new Set(promotions.map(({ booking_id }) => booking_id))
      const news = isFirst
        ? []
        : [
            ...changed.map(toSeatNews),
            ...(await listEventNews(db, edited)),
            ...promoted.filter(({ booking_id }) => !told.has(booking_id)).map(toPromotionNews),
          ]
      known = new Map(touched.map((event) => [event.event_id, event]))
      promotions = promoted
      return news
    },
    async since(id, user_id) {
      const until = horizon()
      if (id > (looks.at(-1)?.newestId ?? 0) || until - id > MISSED_MAX_ENTRIES) return undefined
      // What came after the horizon is known already, however much it is and however many ask.
      const late = [...known.values()].filter(({ last_id }) => last_id > id)
      const latePromotions = promotions.filter((each) => each.user_id === user_id && each.id > id)
      const span = { after: id, until }
      const early = id < until ? await liveStore.listTouched(db, span) : []
      const earlyPromotions = id < until ? await liveStore.listPromotions(db, span, user_id) : []
      const touched = [...new Map([...late, ...early].map((event) => [event.event_id, event])).values()]
      const edited = [...late, ...early].filter(({ edit_id }) => edit_id !== null && edit_id > id)
      return [
        ...touched.map(toSeatNews),
        ...(await listEventNews(db, edited)),
        ...[...earlyPromotions, ...latePromotions].map(toPromotionNews),
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
  const data = { event_id, current_participants, available_spots, is_full, waiting }
  return { event: 'seats', json: JSON.stringify(data), event_id }
}

async function listEventNews(db: Db, edited: { event_id: number }[]): Promise<News[]> {
  if (edited.length === 0) return []
  const ids = [...new Set(edited.map(({ event_id }) => event_id))]
  if (ids.length > EDITED_MAX) return ids.map(reloadOf)
  const found = await eventStore.listByIds(db, ids)
  return found.map(({ event }) => ({ event: 'event', json: JSON.stringify({ event }), event_id: event.id }))
}

function toPromotionNews({ user_id, booking_id, event_id }: liveStore.LivePromotion): News {
  return { event: 'booking.promoted', json: JSON.stringify({ booking_id, event_id }), event_id, user_id }
}
