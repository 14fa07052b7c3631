import { type LiveDeps, openSubscribers, type Subscriber } from './subscribers.ts'

/** Sends changes made by any instance to the subscribers of this one (decision 0015). Without subscribers nothing runs. */
export type Live = {
  /** Opens the change feed. A subscriber added in the same tick as this resolves misses no later change. */
  begin(): Promise<void>
  /** Returns a function that removes the subscriber. */
  subscribe(subscriber: Subscriber): () => void
  stop(): Promise<void>
}

export function createLive(deps: LiveDeps): Live {
  /** Undefined while nobody is connected. */
  let subscribers: ReturnType<typeof openSubscribers> | undefined
  let closing: Promise<void> | undefined

  return {
    async begin() {
      // Repeated when the last subscriber left meanwhile and so closed the feed.
      for (;;) {
        subscribers ??= openSubscribers(deps)
        const current = subscribers
        await current.ready.catch((error: unknown) => {
          if (subscribers === current) subscribers = undefined
          throw error
        })
        if (subscribers === current) return
      }
    },
    subscribe(subscriber) {
      const current = subscribers
      if (!current) throw new Error('begin() comes before subscribe()')
      current.add(subscriber)
      return () => {
        current.remove(subscriber)
        if (current.size() > 0) return
        closing = current.close()
        if (subscribers === current) subscribers = undefined
      }
    },
    stop: async () => closing,
  }
}
