import { type Listener, type LiveDeps, openAudience } from './subscribers.ts'

/** Tells listeners of this instance what any instance does. Costs nothing while nobody listens. */
export type Live = {
  /** When this resolves, nothing that happens afterwards is missed by whoever joins in the same turn. */
  begin(): Promise<void>
  /** Returns how to leave. */
  join(listener: Listener): () => void
  stop(): Promise<void>
}

export function createLive(deps: LiveDeps): Live {
  /** There is one while anybody listens, or is about to. */
  let audience: ReturnType<typeof openAudience> | undefined
  let closing: Promise<void> | undefined

  return {
    async begin() {
      // Again when the last listener has meanwhile left, and closed what this one waited for.
      for (;;) {
        audience ??= openAudience(deps)
        const current = audience
        await current.begun.catch((error: unknown) => {
          if (audience === current) audience = undefined
          throw error
        })
        if (audience === current) return
      }
    },
    join(listener) {
      const current = audience
      if (!current) throw new Error('begin() comes before join()')
      current.add(listener)
      return () => {
        current.remove(listener)
        if (current.size() > 0) return
        closing = current.close()
        if (audience === current) audience = undefined
      }
    },
    stop: async () => closing,
  }
}
