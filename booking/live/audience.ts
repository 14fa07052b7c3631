import { setImmediate as breathe } from 'node:timers/promises'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Listener, LiveDeps } from './live.ts'
import { createNewsFeed, type News, type NewsFeed } from './news-feed.ts'

const LOOK_EVERY_MS = 250
/** A token that has expired, or was ended, is noticed so soon. */
const ADMIT_EVERY_MS = 1_000
/** So many are told before others get their turn. */
const TOLD_AT_ONCE = 50

/** Those who listen to one feed of news, from the first who comes to the last who leaves. */
export function openAudience({ db, eventCache, sessions, log }: LiveDeps) {
  const news = createNewsFeed(db, eventCache)
  const newcomers = new Set<Listener>()
  const listeners = new Set<Listener>()
  let loop: Loop | undefined
  let admittedAtMs = 0

  const run = async () => {
    for (const listener of [...newcomers]) {
      await welcome(news, listener)
      // Not before: what was looked up for them must not come after what is newer.
      if (newcomers.delete(listener)) listeners.add(listener)
    }
    const fresh = await news.next()
    let told = 0
    for (const listener of fresh.length > 0 ? [...listeners] : []) {
      tell(listener, fresh, news.horizon())
      if (++told % TOLD_AT_ONCE === 0) await breathe()
    }
    await endRefused()
    return false
  }
  const endRefused = async () => {
    if (performance.now() - admittedAtMs < ADMIT_EVERY_MS) return
    admittedAtMs = performance.now()
    const all = [...listeners]
    const admitted = await Promise.all(all.map(({ token }) => sessions.find(token)))
    for (const [i, listener] of all.entries()) if (!admitted[i]) listener.end()
  }

  return {
    begun: news.next(),
    add(listener: Listener) {
      newcomers.add(listener)
      loop ??= startLoop({ name: 'tell-listeners', everyMs: LOOK_EVERY_MS, log, run })
      loop.poke()
    },
    remove(listener: Listener) {
      newcomers.delete(listener)
      listeners.delete(listener)
    },
    size: () => newcomers.size + listeners.size,
    close: async () => loop?.stop(),
  }
}

/** What has happened since they were here the last time, or how things stand with the one event they ask about. */
async function welcome(news: NewsFeed, listener: Listener): Promise<void> {
  const { event_id, lastId, user_id } = listener
  if (lastId === undefined) {
    if (event_id !== undefined) tell(listener, await news.seatsOf(event_id), news.horizon())
    return
  }
  const missed = await news.since(lastId, user_id)
  if (missed) tell(listener, missed, news.horizon())
  else listener.send({ event: 'reload', data: {}, id: news.horizon() })
}

function tell(listener: Listener, news: News[], id: number): void {
  for (const { event, data, event_id, user_id } of news) {
    if (user_id !== undefined && user_id !== listener.user_id) continue
    if (listener.event_id !== undefined && listener.event_id !== event_id) continue
    listener.send({ event, data, id })
  }
}
