import { type LiveDeps, openSubscribers, type Subscriber } from './subscribers.ts'

/** Sends changes made by any instance to the subscribers of this one (decision 0015). Without subscribers nothing runs. */
export type Live = {
  /**
   * Waits for the change feed, then opens the client's stream and subscribes it in the same tick: it misses no later change, until its
   * end. Throws what `open` throws, and when the feed cannot be read.
   */
  subscribe(open: () => OpenSubscriber): Promise<void>
  stop(): Promise<void>
}

type OpenSubscriber = Subscriber & {
  /** Calls the listener once, at once for a client that has left already. */
  onEnd(listener: () => void): void
}

export function createLive(deps: LiveDeps): Live {
  /** Undefined while nobody is connected. `clients` counts those who wait for the feed, too: it is not closed under them. */
  let feed: { subscribers: ReturnType<typeof openSubscribers>; clients: number } | undefined
  let closing: Promise<void> | undefined

  return {
    async subscribe(open) {
      feed ??= { subscribers: openSubscribers(deps), clients: 0 }
      const joined = feed
      const { subscribers } = joined
      const leave = () => {
        joined.clients--
        if (joined.clients > 0) return
        closing = subscribers.close()
        if (feed === joined) feed = undefined
      }
      joined.clients++
      try {
        await subscribers.ready
        const subscriber = open()
        subscribers.add(subscriber)
        subscriber.onEnd(() => {
          subscribers.remove(subscriber)
          leave()
        })
      } catch (error) {
        leave()
        throw error
      }
    },
    stop: async () => closing,
  }
}
