import { EventSourceParserStream } from 'eventsource-parser/stream'
import { send } from './api-client.ts'
import { ApiError } from './api-error.ts'

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
    try {
      const headers = { accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) }
      const { body } = await send(path, { headers, signal })
      for await (const { id, event, data } of messagesOf(body)) {
        waitMs = WAIT_MIN_MS
        lastId = id ?? lastId
        if (event) onMessage({ event, data: JSON.parse(data) })
      }
    } catch (error) {
      // What is not allowed or not there will not be a second later.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429)
        return
    }
    await pause(waitMs, signal)
    waitMs = Math.min(waitMs * 2, WAIT_MAX_MS)
  }
}

async function* messagesOf(body: ReadableStream<Uint8Array<ArrayBuffer>> | null) {
  if (!body) return
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    void reader.cancel().catch(() => {})
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
