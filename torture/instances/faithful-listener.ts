import { setTimeout as sleep } from 'node:timers/promises'
import { listenTo } from '#harness/clients/event-listener.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

const RECONNECT_MS = 100
const LOOK_EVERY_MS = 20
const CATCH_UP_MAX_MS = 10_000

/** Listens to a stream and reconnects whenever it ends, with the last id that it has seen, as a browser does. */
export type FaithfulListener = {
  streams(): number
  /** So often the server said that it was to read everything again. */
  reloads(): number
  /** The events whose seats were not heard to be as many as `taken` says, also after a while. */
  missed(taken: Map<number, number>): Promise<number[]>
  leave(): Promise<void>
}

/** Resolves when it listens. */
export async function listenFaithfully(url: string, token: string): Promise<FaithfulListener> {
  const taken = new Map<number, number>()
  const listening = Promise.withResolvers<void>()
  const counts = { streams: 0, reloads: 0 }
  let isOver = false

  const hear = ({ event, data }: { event: string | undefined; data: unknown }) => {
    const { event_id, current_participants } = data as { event_id: number; current_participants: number }
    if (event === 'seats') taken.set(event_id, current_participants)
    if (event === 'reload') counts.reloads++
  }
  const hearOut = async (lastId: string | undefined): Promise<string | undefined> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    }
    const stream = await listenTo(url, headers)
    if (stream.status !== 200) return lastId
    counts.streams++
    listening.resolve()
    for (let isLast = false; !isLast; await sleep(LOOK_EVERY_MS)) {
      isLast = isOver || stream.isOver()
      for (const news of stream.heard.splice(0)) hear(news)
    }
    stream.leave()
    return stream.lastId() ?? lastId
  }
  const hearAll = async () => {
    for (let lastId: string | undefined; !isOver; await sleep(RECONNECT_MS))
      lastId = await hearOut(lastId).catch(() => lastId)
  }
  const hearing = hearAll()
  await listening.promise
  return {
    streams: () => counts.streams,
    reloads: () => counts.reloads,
    async missed(truth) {
      const wrong = () => [...truth].filter(([id, seats]) => taken.get(id) !== seats).map(([id]) => id)
      await waitUntil(() => wrong().length === 0, CATCH_UP_MAX_MS).catch(() => {})
      return wrong()
    },
    async leave() {
      isOver = true
      await hearing
    },
  }
}
