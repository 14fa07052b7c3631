import type { Db } from '#crm/database/database.ts'
import { CHUNK_MAX_CHARS, type EventStream } from '#shared/http/streams/event-stream.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import type { FeedEvent } from './feed.schema.ts'
import * as feedStore from './feed.store.ts'

/** The subscribers of feeds at this instance (decision 0021). */
export type FeedSubscribers = {
  /** Sends every event after the cursor, until the stream ends. */
  add(cursor: FeedStart, stream: EventStream): void
}

export type FeedStart = Omit<Subscriber, 'stream'>

/**
 * `isNew`: the facilitator had no event when the subscription began, so the first event may have any position. `isBehind`: there
 * are more events than were sent at once.
 */
type Subscriber = feedStore.FeedCursor & { stream: EventStream; isNew: boolean; isBehind: boolean }

/** Polling is cheap, and every instance sees the changes of all others equally soon. */
const POLL_MS = 250
/** Pause after a failed query. */
const PAUSE_MS = 2_000
/** Events that a subscriber is sent before it has to read them. */
const EVENTS_MAX = 50
/** Cursors in one query, whose result has up to 100 kB for each. */
const CURSORS_MAX = 50

/**
 * Polls the feeds with one query for many subscribers, and only while there are any. Subscribers with many events to catch up
 * on have a loop of their own, so that they do not delay the others.
 */
export function createFeedSubscribers(db: Db, log: Logger): FeedSubscribers {
  const subscribers = new Set<Subscriber>()
  let loops: Loop[] = []

  /** Each group has one cursor. Returns whether there were events. */
  const sendTo = async (groups: Subscriber[][]) => {
    const cursors = groups.flatMap((group) => group.slice(0, 1))
    const batches = await feedStore.listAfter(db, cursors, EVENTS_MAX)
    for (const [i, group] of groups.entries()) {
      const events = batches[i] ?? []
      for (const subscriber of group) await sendEvents(db, subscriber, events)
    }
    return batches.some((events) => events.length > 0)
  }
  const poll = (isBehind: boolean) => async () => {
    const ready = [...subscribers].filter((each) => each.isBehind === isBehind && each.stream.isDrained())
    const groups = [...Map.groupBy(ready, cursorKey).values()]
    let hasEvents = false
    while (groups.length > 0) hasEvents = (await sendTo(groups.splice(0, CURSORS_MAX))) || hasEvents
    return hasEvents
  }
  const start = () => {
    const run = (isBehind: boolean) => pausingAfterFailure(poll(isBehind))
    loops = [
      startLoop({ name: 'tell-feed-listeners', everyMs: POLL_MS, log, run: run(false) }),
      startLoop({ name: 'catch-up-feed-listeners', everyMs: POLL_MS, log, run: run(true) }),
    ]
  }

  return {
    add(cursor, stream) {
      const subscriber = { ...cursor, stream }
      subscribers.add(subscriber)
      if (loops.length === 0) start()
      stream.onEnd(() => {
        subscribers.delete(subscriber)
        if (subscribers.size > 0) return
        for (const loop of loops) void loop.stop()
        loops = []
      })
    },
  }
}

function pausingAfterFailure(work: () => Promise<boolean>): () => Promise<boolean> {
  let pausedUntilMs = 0
  return async () => {
    if (performance.now() < pausedUntilMs) return false
    try {
      return await work()
    } catch (error) {
      pausedUntilMs = performance.now() + PAUSE_MS
      throw error
    }
  }
}

/** Tells the client to reload its lists, and sets its cursor to `position`. */
export function sendReset(stream: EventStream, position: number): void {
  const data = { message: 'Some events are no longer kept: read the lists anew.' }
  stream.send({ id: position, event: 'stream.reset', data })
}

async function sendEvents(db: Db, subscriber: Subscriber, events: FeedEvent[]): Promise<void> {
  const chunk: { id: number; event: string; json: string }[] = []
  let chars = 0
  let isCut = events.length === EVENTS_MAX
  for (const { position, name, data } of events) {
    // Positions have no gaps: a gap means that events were removed before they were sent.
    if (position !== subscriber.position + 1 && !subscriber.isNew) {
      const { end = position } = await feedStore.findEnd(db, subscriber.facilitator_id)
      subscriber.position = end
      return sendReset(subscriber.stream, end)
    }
    const json = JSON.stringify(data)
    isCut ||= chunk.length > 0 && chars + (json?.length ?? 0) > CHUNK_MAX_CHARS
    if (chunk.length > 0 && chars + (json?.length ?? 0) > CHUNK_MAX_CHARS) break
    subscriber.isNew = false
    subscriber.position = position
    chars += json?.length ?? 0
    if (data) chunk.push({ id: position, event: name, json })
  }
  subscriber.isBehind = isCut
  if (chunk.length > 0) subscriber.stream.send(...chunk)
}

const cursorKey = ({ facilitator_id, position }: Subscriber) => `${facilitator_id} ${position}`
