import type { Db } from '#crm/database/database.ts'
import type { EventStream } from '#shared/http/streams/event-stream.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as feedStore from './feed.store.ts'
import { type FeedListeners, type FeedStart, sendReset } from './feed-subscribers.ts'

export type FeedDeps = { log: Logger; clock: Clock; db: Db; feedListeners: FeedListeners }

/** A client that was away for less misses nothing. */
const KEEP_HOURS = 48
const FORGET_EVERY_MS = 10 * 60_000
const FORGET_MAX = 5_000

/**
 * Lets a client hear what happens from now on, or behind the last event that it has heard. Nothing is written for it: there
 * are as many ids that nobody has heard of as anybody cares to invent.
 */
export async function listen(
  { db, feedListeners }: FeedDeps,
  facilitator_id: number,
  lastEventId: number | undefined,
  openStream: () => EventStream,
): Promise<void> {
  const now = await feedStore.findEnd(db, facilitator_id)
  const kept = await findStart(db, facilitator_id, lastEventId, now)
  const end = now.end ?? now.nowMs
  const stream = openStream()
  if (kept) stream.mark(kept.isNew ? kept.position * BEFORE_ALL : kept.position)
  else sendReset(stream, now.end ?? now.nowMs * BEFORE_ALL)
  const start = kept ?? { position: end, isNew: now.end === undefined }
  feedListeners.add({ ...start, facilitator_id, isBehind: start.position < end }, stream)
}

/**
 * Positions begin at the milliseconds of the clock. Who came before the first event of all is at a moment instead, and is
 * told it as ten times as much, which no position ever is.
 */
const BEFORE_ALL = 10
const isBeforeAll = (id: number) => id > 10 ** 13

/** Where the client goes on; undefined when something may have been removed since. */
async function findStart(
  db: FeedDeps['db'],
  facilitator_id: number,
  lastEventId: number | undefined,
  { end, nowMs }: feedStore.FeedEnd,
): Promise<Pick<FeedStart, 'position' | 'isNew'> | undefined> {
  if (lastEventId === undefined) return { position: end ?? nowMs, isNew: end === undefined }
  if (isBeforeAll(lastEventId)) {
    const position = Math.floor(lastEventId / BEFORE_ALL)
    const isRecent = position <= nowMs && position > nowMs - (KEEP_HOURS - 1) * 3_600_000
    return isRecent && position < (end ?? Infinity) ? { position, isNew: true } : undefined
  }
  if (end === undefined || lastEventId > end) return undefined
  const next = { facilitator_id, position: lastEventId + 1 }
  const isKept = lastEventId === end || (await feedStore.has(db, next))
  return isKept ? { position: lastEventId, isNew: false } : undefined
}

/** Removes what is older than two days. */
export function startForgettingFeed({ db, clock, log }: FeedDeps): Loop {
  return startLoop({
    name: 'forget-old-feed-events',
    everyMs: FORGET_EVERY_MS,
    log,
    async run() {
      const oldest = new Date(clock.now().getTime() - KEEP_HOURS * 3_600_000)
      return (await feedStore.removeBefore(db, oldest, FORGET_MAX)) === FORGET_MAX
    },
  })
}
