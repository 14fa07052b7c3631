import { createParser } from 'eventsource-parser'
import { send } from './api-client.ts'
import { ApiError, retryAfterMs } from './api-error.ts'
import { locate, type Target } from './call.ts'
import type { Streams } from './contract.ts'

/** The events of a stream, told apart by `event`. */
export type MessageOf<S extends keyof Streams> = {
  [E in keyof Streams[S]]: { event: E; data: Streams[S][E] }
}[keyof Streams[S]]

const WAIT_MIN_MS = 1_000
const WAIT_MAX_MS = 30_000

/**
 * Listens to a stream until `signal` is aborted. It connects again after every break, with the id of the last event; what
 * is refused ends it. `EventSource` could not send the access token.
 */
export async function listen<S extends keyof Streams>(
  stream: S,
  { signal, ...target }: Target<S> & { signal: AbortSignal },
  onMessage: (message: MessageOf<S>) => void,
): Promise<void> {
  const { path } = locate(stream, target)
  let lastId: string | undefined
  let waitMs = WAIT_MIN_MS
  while (!signal.aborted) {
    let askedToWaitMs = 0
    try {
      const headers = { accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) }
      const { body } = await send(path, { headers, signal })
      const parser = createParser({
        // An id may also come without an event, as a new cursor.
        onId: (id) => {
          lastId = id
        },
        onEvent: ({ event, data }) => {
          waitMs = WAIT_MIN_MS
          // Trusted to be as the contract says, as every answer is: see `call`.
          if (event) onMessage({ event, data: JSON.parse(data) } as MessageOf<S>)
        },
      })
      await feed(body, (text) => parser.feed(text))
    } catch (error) {
      // A refusal would be repeated.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429)
        return
      askedToWaitMs = retryAfterMs(error)
    }
    await pause(Math.max(waitMs, askedToWaitMs), signal)
    waitMs = Math.min(waitMs * 2, WAIT_MAX_MS)
  }
}

async function feed(body: ReadableStream<Uint8Array<ArrayBuffer>> | null, take: (text: string) => void) {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const part = await reader?.read()
    if (!part || part.done) return
    take(part.value)
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
