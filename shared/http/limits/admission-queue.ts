import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { onceClosed } from '#shared/http/requests/response-close.ts'

const WAIT_MAX_MS = 4_000

type QueuedRequest = {
  request: IncomingMessage
  response: ServerResponse
  admit: RequestListener
  refuse: RequestListener
}

/** A first-in-first-out queue of requests that have not been started. Each is refused after four seconds. */
export function createAdmissionQueue() {
  const waiting = new Map<QueuedRequest, { sinceMs: number; timer: NodeJS.Timeout }>()
  const remove = (queued: QueuedRequest) => {
    clearTimeout(waiting.get(queued)?.timer)
    waiting.delete(queued)
  }
  const refuse = (queued: QueuedRequest) => {
    remove(queued)
    queued.refuse(queued.request, queued.response)
  }
  return {
    length: () => waiting.size,
    add(queued: QueuedRequest) {
      const timer = setTimeout(refuse, WAIT_MAX_MS, queued).unref()
      waiting.set(queued, { sinceMs: performance.now(), timer })
      onceClosed(queued.response, () => remove(queued))
    },
    /** Starts the oldest request. False when the queue is empty. */
    admitNext(): boolean {
      const [queued] = waiting.keys()
      if (!queued) return false
      remove(queued)
      queued.admit(queued.request, queued.response)
      return true
    },
    /** Refuses those that have waited longer than `waitMaxMs`. */
    refuseOverdue(waitMaxMs: number) {
      const before = performance.now() - waitMaxMs
      for (const [queued, { sinceMs }] of waiting) {
        if (sinceMs > before) break
        refuse(queued)
      }
    },
  }
}
