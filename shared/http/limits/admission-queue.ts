import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

const WAIT_MAX_MS = 4_000

type Waiting = {
  request: IncomingMessage
  response: ServerResponse
  enter: RequestListener
  refuse: RequestListener
}

/** Those who wait to be let in, in the order in which they came. Nothing has been done for them yet. */
export function createLine() {
  const waiting = new Map<Waiting, { sinceMs: number; timer: NodeJS.Timeout }>()
  const take = (who: Waiting) => {
    clearTimeout(waiting.get(who)?.timer)
    waiting.delete(who)
  }
  const turnAway = (who: Waiting) => {
    take(who)
    who.refuse(who.request, who.response)
  }
  return {
    length: () => waiting.size,
    stand(who: Waiting) {
      waiting.set(who, { sinceMs: performance.now(), timer: setTimeout(turnAway, WAIT_MAX_MS, who).unref() })
      who.response.once('close', () => take(who))
    },
    /** False when nobody waits. */
    enterNext(): boolean {
      const [who] = waiting.keys()
      if (!who) return false
      take(who)
      who.enter(who.request, who.response)
      return true
    },
    refuseLate(waitMaxMs: number) {
      const before = performance.now() - waitMaxMs
      for (const [who, { sinceMs }] of waiting) {
        if (sinceMs > before) break
        turnAway(who)
      }
    },
  }
}
