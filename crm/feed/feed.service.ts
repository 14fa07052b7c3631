import type { Db } from '#crm/database/database.ts'
import type { EventStream } from '#shared/http/streams/event-stream.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import * as feedStore from './feed.store.ts'
import { type FeedStart, type FeedSubscribers, sendReset } from './feed-subscribers.ts'

export type FeedDeps = { log: Logger; clock: Clock; db: Db; feedSubscribers: FeedSubscribers }

/** How long events are kept for clients that reconnect. */
const KEEP_HOURS = 48
const REMOVE_EVERY_MS = 10 * 60_000
const REMOVE_MAX = 5_000

/**
 * Subscribes a client to events from now on, or to those after its cursor. Sends `stream.reset` when events after the cursor
 * were removed. Writes nothing to the database, since the id may be of an unknown facilitator.
 */
export async function listen(
  { db, feedSubscribers }: FeedDeps,
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
  feedSubscribers.add({ ...start, facilitator_id, isBehind: start.position < end }, stream)
}

/**
 * Positions of a feed start at the clock's milliseconds at its first event. A client that subscribed before that event has the time
 * of its subscription as cursor, multiplied by ten to tell it from a position.
 */
const BEFORE_ALL = 10
const isBeforeAll = (id: number) => id > 10 ** 13

/** Where the client continues; undefined when events may have been removed since. */
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

/** Starts the job that removes events older than two days. */
export function startForgettingFeed({ db, clock, log }: FeedDeps): Loop {
  return startLoop({
    name: 'forget-old-feed-events',
    everyMs: REMOVE_EVERY_MS,
    firstAfterMs: 200,
    log,
    async run() {
      const oldest = new Date(clock.now().getTime() - KEEP_HOURS * 3_600_000)
      return (await feedStore.removeBefore(db, oldest, REMOVE_MAX)) === REMOVE_MAX
    },
  })
}
