import { setImmediate as breathe } from 'node:timers/promises'
import type { Db } from '#booking/database/database.ts'
import type { EventCache } from '#booking/events/event-cache.ts'
import type { Sessions } from '#booking/identity/sessions/sessions.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { createNewsFeed } from './change-feed.ts'
import { composePiece, type News, reloadOf } from './live-message.rules.ts'

/** Somebody who wants to hear what happens to events, and to their own place in a line. */
export type Listener = {
  user_id: number
  token: string
  /** Only this event. */
  event_id: number | undefined
  /** The last id that they have heard. */
  lastId: number | undefined
  /** False while they have not taken all that they were sent. */
  isTaken(): boolean
  send(...messages: { event: string; json: string; id: number }[]): void
  end(): void
}

export type LiveDeps = {
  db: Db
  log: Logger
  caches: { events: EventCache }
  identity: { sessions: Sessions }
}

const LOOK_EVERY_MS = 250
/** A token that has expired, or was ended, is noticed so soon. */
const ADMIT_EVERY_MS = 1_000
/** So many are told before others get their turn. */
const TOLD_AT_ONCE = 50
/** For so many it is looked up at once what they have missed; so often again, because news came meanwhile. */
const WELCOMED_AT_ONCE = 4
const TRIES_MAX = 3

/**
 * Those who listen to one feed of news, from the first who comes to the last who leaves. Whoever has missed something, by
 * being away or by reading slowly, is a newcomer until that was told, apart from the others: they wait for nobody.
 */
export function openAudience({ db, caches: { events: eventCache }, identity: { sessions }, log }: LiveDeps) {
  const feed = createNewsFeed(db, eventCache)
  const newcomers = new Set<Listener>()
  const listeners = new Set<Listener>()
  const loops: Loop[] = []
  let looking: Promise<unknown> = Promise.resolve()
  let looks = 0
  let admittedAtMs = 0

  const send = (listener: Listener, news: News[]) => {
    const id = feed.horizon()
    listener.send(...composePiece(listener, news).map(({ event, json }) => ({ event, json, id })))
  }
  const tell = (listener: Listener, news: News[]) => {
    if (composePiece(listener, news).length === 0) return
    if (listener.isTaken()) return send(listener, news)
    // Has not taken what there was before: what is current then is sent when it has.
    listener.lastId = feed.horizon()
    listeners.delete(listener)
    newcomers.add(listener)
  }
  const look = async () => {
    looks++
    const fresh = await feed.next()
    let told = 0
    for (const listener of fresh.length > 0 ? [...listeners] : []) {
      if (listeners.has(listener)) tell(listener, fresh)
      if (++told % TOLD_AT_ONCE === 0) await breathe()
    }
  }
  const welcome = async (listener: Listener) => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      // A look that fails is told by its own loop.
      await looking.catch(() => {})
      const before = looks
      const missed = await whatIsMissed(feed, listener)
      // What is newer than what was looked up must not come before it.
      if (looks === before) return admit(listener, missed)
    }
    admit(listener, undefined)
  }
  const admit = (listener: Listener, missed: News[] | undefined) => {
    if (!newcomers.delete(listener)) return
    listeners.add(listener)
    send(listener, missed ?? [reloadOf(listener.event_id ?? 0)])
  }
  const endRefused = async () => {
    if (performance.now() - admittedAtMs < ADMIT_EVERY_MS) return
    admittedAtMs = performance.now()
    const all = [...new Set([...listeners, ...newcomers])]
    const admitted = await Promise.all(all.map(({ token }) => sessions.find(token)))
    for (const [i, listener] of all.entries()) if (!admitted[i]) listener.end()
  }
  const runLook = async () => {
    looking = look()
    await looking
    await endRefused()
    return false
  }
  const runWelcome = async () => {
    const ready = () => [...newcomers].filter((listener) => listener.isTaken())
    await Promise.all(ready().slice(0, WELCOMED_AT_ONCE).map(welcome))
    return ready().length > 0
  }

  return {
    begun: feed.next(),
    add(listener: Listener) {
      // Hears everything from now on. What was before, and how the one event stands, is looked up.
      if (listener.lastId === undefined) listeners.add(listener)
      if (listener.lastId !== undefined || listener.event_id !== undefined) newcomers.add(listener)
      if (loops.length === 0) {
        loops.push(startLoop({ name: 'tell-listeners', everyMs: LOOK_EVERY_MS, log, run: runLook }))
        loops.push(startLoop({ name: 'welcome-listeners', everyMs: LOOK_EVERY_MS, log, run: runWelcome }))
      }
      loops[1]?.poke()
    },
    remove(listener: Listener) {
      newcomers.delete(listener)
      listeners.delete(listener)
    },
    size: () => newcomers.size + listeners.size,
    close: async () => void (await Promise.all(loops.map((loop) => loop.stop()))),
  }
}

/** What has happened since they were here the last time, or how things stand with the one event they ask about. */
async function whatIsMissed(
  feed: ReturnType<typeof createNewsFeed>,
  { event_id, lastId, user_id }: Listener,
): Promise<News[] | undefined> {
  if (lastId !== undefined) return feed.since(lastId, user_id)
  return event_id === undefined ? [] : feed.seatsOf(event_id)
}
