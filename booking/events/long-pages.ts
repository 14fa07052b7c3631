import type { ServerResponse } from 'node:http'
import { tooBusy } from '#shared/errors/app-error.ts'
import { createKeyedSemaphore } from '#shared/http/limits/keyed-semaphore.ts'
import { createSlots } from '#shared/http/limits/slots.ts'
import { EVENT_BOUNDS, LONG_PAGE_FROM } from './event-copies.ts'

/** Limits of the memory that long pages of events take while they are sent: each may be a megabyte and is not cached. */
export type LongPages = {
  /** Waits until the caller (an account, a network) has read its long page before. Throws 429 and 503 like a `KeyedSemaphore`. */
  enter(caller: string, limit: number, response: ServerResponse): Promise<void>
  /** Counts a body until the client has read it. Throws 503 when too much is being sent. */
  send(body: string, response: ServerResponse): void
}

const TURNS = { permits: 1, waitingMax: 32, waitingMaxInAll: 500 }
/** Bound of all uncached bodies that are being sent. */
const UNKEPT_MAX_CHARS = 32 * 1024 * 1024

export function createLongPages(): LongPages {
  const turns = createKeyedSemaphore(TURNS)
  const unkept = createSlots(UNKEPT_MAX_CHARS, tooBusy)
  return {
    async enter(caller, limit, response) {
      if (limit > LONG_PAGE_FROM) await turns.acquire(caller, response)
    },
    send(body, response) {
      if (body.length > EVENT_BOUNDS.bodyMaxChars) unkept.take(response, [], body.length)
    },
  }
}
