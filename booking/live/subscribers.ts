import { setImmediate as yieldToRequests } from 'node:timers/promises'
import type { Db } from '#booking/database/database.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { type ChangeFeed, createChangeFeed } from './change-feed.ts'
import { type Change, composeMessages, reloadOf } from './live-message.rules.ts'

/** A client that is connected to the stream of events. */
export type Subscriber = {
  user_id: number
  token: string
  /** Restricts the stream to this event. */
  event_id: number | undefined
  /** Cursor: the last message id that the client has received. */
  lastId: number | undefined
  /** False while the client has not read all that was sent (back-pressure). */
  isDrained(): boolean
  send(...messages: { event: string; json: string; id: number }[]): void
  end(): void
}

export type LiveDeps = {
  db: Db
  log: Logger
  caches: { events: EventCache }
  identity: { sessions: Sessions }
}

const POLL_EVERY_MS = 250
/** How soon an expired or revoked token ends the stream. */
const CHECK_TOKENS_EVERY_MS = 1_000
/** After so many subscribers the loop yields to other requests. */
const SENDS_PER_TICK = 50
/** How many subscribers catch up concurrently, each with so many attempts, because a poll may come in between. */
const CATCH_UP_AT_ONCE = 4
const TRIES_MAX = 3

/**
 * The subscribers of one change feed, from the first that connects to the last that leaves. A subscriber that has missed
 * changes, by reconnecting or by reading slowly, is kept apart while it catches up, so that it delays no other.
 */
export function openSubscribers({
  db,
  caches: { events: eventCache },
  identity: { sessions },
  log,
}: LiveDeps) {
  const feed = createChangeFeed(db, eventCache)
  const catchingUp = new Set<Subscriber>()
  const upToDate = new Set<Subscriber>()
  const loops: Loop[] = []
  let polling: Promise<unknown> = Promise.resolve()
  let polls = 0
  let checkedAtMs = 0

  const send = (subscriber: Subscriber, changes: Change[]) => {
    const id = feed.horizon()
    subscriber.send(...composeMessages(subscriber, changes).map(({ event, json }) => ({ event, json, id })))
  }
  const deliver = (subscriber: Subscriber, changes: Change[]) => {
    if (composeMessages(subscriber, changes).length === 0) return
    if (subscriber.isDrained()) return send(subscriber, changes)
    // A slow reader catches up from here once it has read what was sent.
    subscriber.lastId = feed.horizon()
    upToDate.delete(subscriber)
    catchingUp.add(subscriber)
  }
  const poll = async () => {
    polls++
    const changes = await feed.next()
    let sends = 0
    for (const subscriber of changes.length > 0 ? [...upToDate] : []) {
      if (upToDate.has(subscriber)) deliver(subscriber, changes)
      if (++sends % SENDS_PER_TICK === 0) await yieldToRequests()
    }
  }
  const catchUp = async (subscriber: Subscriber) => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      // The poll's own loop logs its errors.
      await polling.catch(() => {})
      const before = polls
      const missed = await listMissed(feed, subscriber)
      // After another poll `missed` would be older than what the others have been sent.
      if (polls === before) return finishCatchUp(subscriber, missed)
    }
    finishCatchUp(subscriber, undefined)
  }
  const finishCatchUp = (subscriber: Subscriber, missed: Change[] | undefined) => {
    if (!catchingUp.delete(subscriber)) return
    upToDate.add(subscriber)
    send(subscriber, missed ?? [reloadOf(subscriber.event_id ?? 0)])
  }
  const endRevoked = async () => {
    if (performance.now() - checkedAtMs < CHECK_TOKENS_EVERY_MS) return
    checkedAtMs = performance.now()
    const all = [...new Set([...upToDate, ...catchingUp])]
    const admitted = await Promise.all(all.map(({ token }) => sessions.find(token)))
    for (const [i, subscriber] of all.entries()) if (!admitted[i]) subscriber.end()
  }
  const runPoll = async () => {
    polling = poll()
    await polling
    await endRevoked()
    return false
  }
  const runCatchUp = async () => {
    const ready = () => [...catchingUp].filter((subscriber) => subscriber.isDrained())
    await Promise.all(ready().slice(0, CATCH_UP_AT_ONCE).map(catchUp))
    return ready().length > 0
  }

  return {
    ready: feed.next(),
    add(subscriber: Subscriber) {
      // With `event_id` alone it is both: it gets changes from now on, and the present seats as soon as they are read.
      if (subscriber.lastId === undefined) upToDate.add(subscriber)
      if (subscriber.lastId !== undefined || subscriber.event_id !== undefined) catchingUp.add(subscriber)
      if (loops.length === 0) {
        loops.push(startLoop({ name: 'tell-listeners', everyMs: POLL_EVERY_MS, log, run: runPoll }))
        loops.push(startLoop({ name: 'welcome-listeners', everyMs: POLL_EVERY_MS, log, run: runCatchUp }))
      }
      loops[1]?.poke()
    },
    remove(subscriber: Subscriber) {
      catchingUp.delete(subscriber)
      upToDate.delete(subscriber)
    },
    close: async () => void (await Promise.all(loops.map((loop) => loop.stop()))),
  }
}

/** Returns the changes after the subscriber's cursor, or the present seats of its event. Undefined: too many. */
async function listMissed(
  feed: ChangeFeed,
  { event_id, lastId, user_id }: Subscriber,
): Promise<Change[] | undefined> {
  if (lastId !== undefined) return feed.since(lastId, user_id)
  return event_id === undefined ? [] : feed.seatsOf(event_id)
}
