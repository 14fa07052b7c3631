import type { Db } from '#booking/database/database.ts'
import { tooManyRequests } from '#shared/errors/app-error.ts'
import { tagOf } from '#shared/http/responses/send-calendar.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createSizedCache } from '#shared/lib/sized-cache.ts'
import { collectSooner } from '#shared/lib/v8-memory.ts'
import * as calendarStore from './calendar.store.ts'
import { calendarOfBookings, FILE_FORMAT } from './calendar-file.ts'

/** A calendar file. `text` returns the cached file, or builds it. */
export type CalendarFeed = { etag: string; text(): Promise<Buffer> }

export type CalendarFeeds = {
  /** Throws 429 for frequent requests of a file that is too large for the cache, and 503 when too many builds wait. */
  read(userId: number): Promise<CalendarFeed>
}

/** `checks`: how many checks for changes are left in the token bucket, as of `countedAtMs`. */
type Entry = { etag: string; text: Buffer | undefined; checks: number; countedAtMs: number }

const DAY_MS = 86_400_000
const PAST_DAYS = 366
const CANCELLED_DAYS = 30

const KEPT_MAX_BYTES = 8 * 1024 * 1024
const TEXT_MAX_BYTES = 4 * 1024 * 1024
const KEPT_MS = 10 * 60_000
/** Programs poll once an hour, people a few times in a row. More frequent requests get the cached file unchecked. */
const CHECKS_MAX = 10
const CHECK_EVERY_MS = 1_000
const BUILDS_WAITING_MAX = 200

/**
 * Caches calendar files. Calendar programs poll, and nearly always nothing has changed: a digest of the bookings, one
 * statement, decides whether the file has to be built. Files are built one at a time.
 */
export function createCalendarFeeds(db: Db, clock: Clock): CalendarFeeds {
  const feeds = createSizedCache<number, Entry>({
    maxBytes: KEPT_MAX_BYTES,
    entryMaxBytes: TEXT_MAX_BYTES,
    keptMs: KEPT_MS,
    bytesOf: ({ text }) => text?.length ?? 0,
  })
  const building = new Map<string, Promise<Buffer>>()
  let installation: Promise<string> | undefined
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
  const build = (userId: number, entry: Entry): Promise<Buffer> => {
    const key = `${userId} ${entry.etag}`
    const current = building.get(key)
    if (current) return current
    const started = builder
      .add(userId)
      .then((text) => {
        if (feeds.peek(userId)?.etag === entry.etag) feeds.set(userId, { ...entry, text: cacheable(text) })
        return text
      })
      .finally(() => building.delete(key))
    building.set(key, started)
    return started
  }
  const mayCheck = (entry: Entry): boolean => {
    const nowMs = performance.now()
    entry.checks = Math.min(CHECKS_MAX, entry.checks + (nowMs - entry.countedAtMs) / CHECK_EVERY_MS)
    entry.countedAtMs = nowMs
    return entry.checks >= 1
  }
  return {
    async read(userId) {
      const known = feeds.get(userId)
      if (known && !mayCheck(known)) {
        const { etag, text } = known
        if (!text) throw tooManyRequests(1, 'This calendar is asked for too often: try again in a second.')
        return { etag, text: async () => text }
      }
      const checks = (known?.checks ?? CHECKS_MAX) - 1
      if (known) known.checks = checks
      const bookings = await calendarStore.digestBookings(db, userId, spanAt(clock))
      const etag = tagOf([FILE_FORMAT, await findInstallation(), userId, bookings].join(' '))
      const text = known?.etag === etag ? known.text : undefined
      const entry: Entry = { etag, text, checks, countedAtMs: performance.now() }
      feeds.set(userId, entry)
      return { etag, text: () => (text ? Promise.resolve(text) : build(userId, entry)) }
    },
  }
}

/** Larger files are built again for each request, at most once a second. */
const cacheable = (text: Buffer) => (text.length <= TEXT_MAX_BYTES ? text : undefined)

const spanAt = (clock: Clock): calendarStore.FeedSpan => {
  const nowMs = clock.now().getTime()
  return {
    endsAfter: new Date(nowMs - PAST_DAYS * DAY_MS),
    cancelledAfter: new Date(nowMs - CANCELLED_DAYS * DAY_MS),
  }
}
