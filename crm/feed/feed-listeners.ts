import type { Db } from '#crm/database.ts'
import type { EventStream } from '#shared/http/event-stream.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Logger } from '#shared/lib/logger.ts'
import type { FeedEvent } from './feed.schema.ts'
import * as feedStore from './feed.store.ts'

/** Those who listen at this instance. */
export type FeedListeners = {
  /** Sends everything that comes behind that place, until the stream ends. */
  add(place: feedStore.FeedPlace, stream: EventStream): void
}

type Listener = feedStore.FeedPlace & { stream: EventStream }

/** Asking is cheap, and all instances hear of a change equally soon, wherever it was made. */
const LOOK_EVERY_MS = 250
/** After a failure. */
const REST_MS = 2_000
/** Events for one listener at a time: it takes them before it gets more. */
const EVENTS_MAX = 100

/** One question to the database for all listeners together; none while nobody listens. */
export function createFeedListeners(db: Db, log: Logger): FeedListeners {
  const listeners = new Set<Listener>()
  let loop: Loop | undefined
  let restUntilMs = 0

  const tellNews = async () => {
    const ready = [...listeners].filter(({ stream }) => stream.isTaken())
    const groups = [...Map.groupBy(ready, placeKey).values()] as [Listener, ...Listener[]][]
    if (groups.length === 0) return false
    const places = groups.map(([first]) => first)
    const news = await feedStore.listAfter(db, places, EVENTS_MAX)
    for (const [i, group] of groups.entries()) {
      for (const listener of group) await tell(db, listener, news[i] ?? [])
    }
    return news.some((events) => events.length > 0)
  }
  const run = async () => {
    if (performance.now() < restUntilMs) return false
    try {
      return await tellNews()
    } catch (error) {
      restUntilMs = performance.now() + REST_MS
      throw error
    }
  }

  return {
    add(place, stream) {
      const listener = { ...place, stream }
      listeners.add(listener)
      loop ??= startLoop({ name: 'tell-feed-listeners', everyMs: LOOK_EVERY_MS, log, run })
      stream.onEnd(() => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        void loop?.stop()
        loop = undefined
      })
    },
  }
}

/** Lets the client read everything anew, and go on from that position. */
export function sendReset(stream: EventStream, position: number): void {
  const data = { message: 'Some events are no longer kept: read the lists anew.' }
  stream.send({ id: position, event: 'stream.reset', data })
}

async function tell(db: Db, listener: Listener, events: FeedEvent[]): Promise<void> {
  for (const { position, name, data } of events) {
    // Positions have no gaps: where there is one, something was removed before it was told.
    if (position !== listener.position + 1) {
      listener.position = await feedStore.findEnd(db, listener.facilitator_id)
      return sendReset(listener.stream, listener.position)
    }
    listener.position = position
    if (data) listener.stream.send({ id: position, event: name, data })
  }
}

const placeKey = ({ facilitator_id, position }: Listener) => `${facilitator_id} ${position}`
