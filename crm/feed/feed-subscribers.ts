import type { Db } from '#crm/database/database.ts'
import { CHUNK_MAX_CHARS, type EventStream } from '#shared/http/streams/event-stream.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import type { FeedEvent } from './feed.schema.ts'
import * as feedStore from './feed.store.ts'

/** Those who listen at this instance. */
export type FeedListeners = {
  /** Sends everything that comes behind that place, until the stream ends. */
  add(place: FeedStart, stream: EventStream): void
}

export type FeedStart = Omit<Listener, 'stream'>

/** `isNew`: of the facilitator nothing was ever heard when they came, so that the first event is the first of all. */
type Listener = feedStore.FeedPlace & { stream: EventStream; isNew: boolean; isBehind: boolean }

/** Asking is cheap, and all instances hear of a change equally soon, wherever it was made. */
const LOOK_EVERY_MS = 250
/** After a failure. */
const REST_MS = 2_000
/** Events for one listener at a time: it takes them before it gets more. */
const EVENTS_MAX = 50
/** Slots that one question is about: of a hundred kilobytes each at most, while the answer is passed on. */
const PLACES_MAX = 50

/**
 * One question to the database for many listeners together; none while nobody listens. Those who have much to catch up with
 * are told by a loop of their own, so that they hold up nobody's news.
 */
export function createFeedListeners(db: Db, log: Logger): FeedListeners {
  const listeners = new Set<Listener>()
  let loops: Loop[] = []

  const tellSome = async (groups: [Listener, ...Listener[]][]) => {
    const places = groups.map(([first]) => first)
    const news = await feedStore.listAfter(db, places, EVENTS_MAX)
    for (const [i, group] of groups.entries()) {
      const events = news[i] ?? []
      for (const listener of group) await tell(db, listener, events)
    }
    return news.some((events) => events.length > 0)
  }
  const tellThose = (isBehind: boolean) => async () => {
    const ready = [...listeners].filter((each) => each.isBehind === isBehind && each.stream.isDrained())
    const groups = [...Map.groupBy(ready, placeKey).values()] as [Listener, ...Listener[]][]
    let hasNews = false
    while (groups.length > 0) hasNews = (await tellSome(groups.splice(0, PLACES_MAX))) || hasNews
    return hasNews
  }
  const start = () => {
    const run = (isBehind: boolean) => withRest(tellThose(isBehind))
    loops = [
      startLoop({ name: 'tell-feed-listeners', everyMs: LOOK_EVERY_MS, log, run: run(false) }),
      startLoop({ name: 'catch-up-feed-listeners', everyMs: LOOK_EVERY_MS, log, run: run(true) }),
    ]
  }

  return {
    add(place, stream) {
      const listener = { ...place, stream }
      listeners.add(listener)
      if (loops.length === 0) start()
      stream.onEnd(() => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        for (const loop of loops) void loop.stop()
        loops = []
      })
    },
  }
}

/** A database that has failed is left alone for a moment. */
function withRest(work: () => Promise<boolean>): () => Promise<boolean> {
  let restUntilMs = 0
  return async () => {
    if (performance.now() < restUntilMs) return false
    try {
      return await work()
    } catch (error) {
      restUntilMs = performance.now() + REST_MS
      throw error
    }
  }
}

/** Lets the client read everything anew, and go on from that position. */
export function sendReset(stream: EventStream, position: number): void {
  const data = { message: 'Some events are no longer kept: read the lists anew.' }
  stream.send({ id: position, event: 'stream.reset', data })
}

async function tell(db: Db, listener: Listener, events: FeedEvent[]): Promise<void> {
  const piece: { id: number; event: string; json: string }[] = []
  let chars = 0
  let isCut = events.length === EVENTS_MAX
  for (const { position, name, data } of events) {
    // Positions have no gaps: where there is one, something was removed before it was told.
    if (position !== listener.position + 1 && !listener.isNew) {
      const { end = position } = await feedStore.findEnd(db, listener.facilitator_id)
      listener.position = end
      return sendReset(listener.stream, end)
    }
    const json = JSON.stringify(data)
    isCut ||= piece.length > 0 && chars + (json?.length ?? 0) > CHUNK_MAX_CHARS
    if (piece.length > 0 && chars + (json?.length ?? 0) > CHUNK_MAX_CHARS) break
    listener.isNew = false
    listener.position = position
    chars += json?.length ?? 0
    if (data) piece.push({ id: position, event: name, json })
  }
  listener.isBehind = isCut
  if (piece.length > 0) listener.stream.send(...piece)
}

const placeKey = ({ facilitator_id, position }: Listener) => `${facilitator_id} ${position}`
