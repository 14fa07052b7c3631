import { buildApp } from '#booking/app.ts'
import { listBookings } from '#booking/calendars/calendar.store.ts'
import { calendarOfEvent } from '#booking/calendars/calendar-file.ts'
import { loadConfig } from '#booking/config.ts'
import type { Db } from '#booking/database/database.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { createEventCache } from '#booking/events/event-cache.ts'
import { createEventList } from '#booking/events/event-list.service.ts'
import { openDeps } from '#booking/open-deps.ts'
import { tagOf } from '#shared/http/responses/send-calendar.ts'
import { runService } from '#shared/process/run-service.ts'

/**
 * The Main API with caches that keep as many answers as there are addresses, however long they are, and with feeds that are
 * written for everybody who asks. A test of memory or of feeds that passes against this one proves nothing.
 */
await runService({
  name: 'unbounded',
  loadConfig,
  async start(config, log) {
    const opened = await openDeps(config, log)
    const { db, clock } = opened.deps
    const { reads } = opened.deps.databases
    const source = {
      list: createEventList({ reads, log }),
      find: (id: number) => eventStore.find(db, id),
    }
    const many = Number.MAX_SAFE_INTEGER
    const tally = () => ({ hits: 0, misses: 0 })
    const events = createEventCache(
      source,
      clock,
      { pages: tally(), events: tally() },
      { eventsMaxBytes: many, pagesMaxBytes: many, bodyMaxChars: many },
    )
    const deps = {
      ...opened.deps,
      caches: { events, calendarFeeds: { read: (userId: number) => writeFeed(db, userId) } },
      limits: { ...opened.deps.limits, feeds: { acquire: async () => {} } },
    }
    const app = await buildApp(deps, { maxBytes: many, bodyMaxChars: many, keyOf: (url) => url })
    await app.listen({ host: config.host, port: config.port })
    return {
      async stop() {
        await app.close()
        await opened.close()
      },
    }
  },
})

/** In one go, as if nobody else were there. */
async function writeFeed(db: Db, userId: number) {
  const ever = { endsAfter: new Date(0), cancelledAfter: new Date(0) }
  const bookings = await listBookings(db, userId, ever)
  const text = Buffer.from(bookings.map(({ event }) => calendarOfEvent(event, 'installation')).join(''))
  return { etag: tagOf(String(text)), text: async () => text }
}
