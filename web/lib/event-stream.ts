import { createParser } from 'eventsource-parser'
import { send } from './api-client.ts'
import { ApiError, retryAfterMs } from './api-error.ts'

export type StreamMessage = { event: string; data: unknown }

const WAIT_MIN_MS = 1_000
const WAIT_MAX_MS = 30_000

/**
 * Listens until `signal` says stop, and comes again after every break with the last id it has heard. `EventSource` could
 * not send the token.
 */
export async function listen(
  path: string,
  onMessage: (message: StreamMessage) => void,
  signal: AbortSignal,
): Promise<void> {
  let lastId: string | undefined
  let waitMs = WAIT_MIN_MS
  while (!signal.aborted) {
    let askedToWaitMs = 0
    try {
      const headers = { accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) }
      const { body } = await send(path, { headers, signal })
      const parser = createParser({
        // Also an id that comes by itself, which says where we are.
        onId: (id) => {
          lastId = id
        },
        onEvent: ({ event, data }) => {
          waitMs = WAIT_MIN_MS
          if (event) onMessage({ event, data: JSON.parse(data) })
        },
      })
      await feed(body, (text) => parser.feed(text))
    } catch (error) {
      // What is not allowed or not there will not be a second later.
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
