import type { Db } from '#booking/database/database.ts'
import { tooManyRequests } from '#shared/errors/app-error.ts'
import { tagOf } from '#shared/http/responses/send-calendar.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createSizedCache } from '#shared/lib/sized-cache.ts'
import { collectSooner } from '#shared/lib/v8-memory.ts'
import * as calendarStore from './calendar.store.ts'
import { calendarOfBookings, FILE_FORMAT } from './calendar-file.ts'

/** What a calendar program is told. `text` is made when it is asked for, unless it is there. */
export type CalendarFeed = { etag: string; text(): Promise<Buffer> }

export type CalendarFeeds = {
  /** Throws 429 to whoever asks again and again for a file that is too large to be kept. */
  read(userId: number): Promise<CalendarFeed>
}

/** `looks` is how often it may still be looked whether anything has changed, as of `countedAtMs`. */
type Kept = { etag: string; text: Buffer | undefined; looks: number; countedAtMs: number }

const DAY_MS = 86_400_000
const PAST_DAYS = 366
const CANCELLED_DAYS = 30

const KEPT_MAX_BYTES = 8 * 1024 * 1024
const TEXT_MAX_BYTES = 4 * 1024 * 1024
const KEPT_MS = 10 * 60_000
/** Programs ask once an hour, people a few times in a row. Who asks more often gets what there was a moment ago. */
const LOOKS_MAX = 10
const LOOK_EVERY_MS = 1_000
const BUILDS_WAITING_MAX = 200

/**
 * Calendar programs ask for everything again and again, and nearly always nothing has changed: that is found out by one
 * statement, before anything is read and written. Files are made one at a time.
 */
export function createCalendarFeeds(db: Db, clock: Clock): CalendarFeeds {
  const feeds = createSizedCache<number, Kept>({
    maxBytes: KEPT_MAX_BYTES,
    entryMaxBytes: TEXT_MAX_BYTES,
    keptMs: KEPT_MS,
    bytesOf: ({ text }) => text?.length ?? 0,
  })
  const building = new Map<string, Promise<Buffer>>()
  let installation: Promise<string> | undefined
  /** It never changes. */
  const findInstallation = () => {
    installation ??= calendarStore.getInstallationId(db).catch((error: unknown) => {
      installation = undefined
      throw error
    })
    return installation
  }
  const builder = createBatcher<number, Buffer>({
    name: 'write calendars',
    batchMax: 1,
    concurrency: 1,
    waitingMax: BUILDS_WAITING_MAX,
    async run([userId = 0]) {
      collectSooner()
      const bookings = await calendarStore.listBookings(db, userId, spanAt(clock))
      return [await calendarOfBookings(bookings, await findInstallation())]
    },
  })
  const build = (userId: number, kept: Kept): Promise<Buffer> => {
    const key = `${userId} ${kept.etag}`
    const current = building.get(key)
    if (current) return current
    const started = builder
      .add(userId)
      .then((text) => {
        if (feeds.peek(userId)?.etag === kept.etag) feeds.set(userId, { ...kept, text: keepable(text) })
        return text
      })
      .finally(() => building.delete(key))
    building.set(key, started)
    return started
  }
  /** Counts a look, if there is one left. */
  const mayLook = (kept: Kept | undefined): kept is undefined | Kept => {
    if (!kept) return true
    const nowMs = performance.now()
    kept.looks = Math.min(LOOKS_MAX, kept.looks + (nowMs - kept.countedAtMs) / LOOK_EVERY_MS)
    kept.countedAtMs = nowMs
    return kept.looks >= 1
  }
  return {
    async read(userId) {
      const known = feeds.get(userId)
      if (!mayLook(known)) {
        const { etag, text } = known as Kept
        if (!text) throw tooManyRequests(1, 'This calendar is asked for too often: try again in a second.')
        return { etag, text: async () => text }
      }
      const looks = (known?.looks ?? LOOKS_MAX) - 1
      if (known) known.looks = looks
      const bookings = await calendarStore.digestBookings(db, userId, spanAt(clock))
      const etag = tagOf([FILE_FORMAT, await findInstallation(), userId, bookings].join(' '))
      const text = known?.etag === etag ? known.text : undefined
      const kept: Kept = { etag, text, looks, countedAtMs: performance.now() }
      feeds.set(userId, kept)
      return { etag, text: () => (text ? Promise.resolve(text) : build(userId, kept)) }
    },
  }
}

/** Larger ones are made anew, at most once a second. */
const keepable = (text: Buffer) => (text.length <= TEXT_MAX_BYTES ? text : undefined)

const spanAt = (clock: Clock): calendarStore.FeedSpan => {
  const nowMs = clock.now().getTime()
  return {
    endsAfter: new Date(nowMs - PAST_DAYS * DAY_MS),
    cancelledAfter: new Date(nowMs - CANCELLED_DAYS * DAY_MS),
  }
}
