import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import Type from 'typebox'
import { declined } from '#shared/errors/app-error.ts'
import { onceClosed } from '#shared/http/requests/response-close.ts'
import { createStreamSlots, type StreamClaim, type StreamSlotLimits } from './stream-slots.ts'

/** The response to one subscriber of server-sent events. */
export type EventStream = {
  /** Whether the client has read everything that was sent. If not, senders should wait and then send the current state. */
  isDrained(): boolean
  /** Resolves when the client has read everything, or is gone. */
  untilDrained(): Promise<void>
  /**
   * Sends the messages as one chunk. A client with much more than a chunk unread is disconnected and reconnects, so frequent
   * senders wait for `untilDrained`.
   */
  send(...messages: StreamMessage[]): void
  /** Sets the cursor that the client sends as `Last-Event-ID` when it reconnects, without an event. */
  mark(id: number | string): void
  end(): void
  /** Calls `listener` once, when either side has ended the stream; at once when it has ended. */
  onEnd(listener: () => void): void
}

/** `data` is serialised; `json` is sent as it is. */
type StreamMessage = { event: string; id?: number | string } & ({ data: unknown } | { json: string })

/** Size of a chunk. A longer message is a chunk of its own. */
export const CHUNK_MAX_CHARS = 64 * 1024

export type EventStreamLimits = StreamSlotLimits & {
  heartbeatMs: number
  /** Unread bytes with which a client is disconnected. */
  unreadMaxBytes: number
}

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Takes a slot until the response closes. Call it before any work. Throws 429 when the account or the address has used
     * its slots, 503 when all are taken or the service stops.
     */
    takeStreamSlot(claim: StreamClaim): void
    /** Sends the head and opens the stream; call it when nothing can fail any more. Throws 503 when the service stops. */
    openEventStream(): EventStream
  }
  interface FastifyContextConfig {
    /** Answers with server-sent events; such requests do not count for load shedding and have no duration. */
    isEventStream?: boolean
  }
}

/** Response schema of a route that answers with events. */
export const eventStreamResponse = (description: string) => ({
  description,
  content: { 'text/event-stream': { schema: Type.String() } },
})

const DEFAULTS: EventStreamLimits = {
  streamsMax: 1_000,
  perAccountMax: 5,
  perAddressMax: 50,
  heartbeatMs: 15_000,
  unreadMaxBytes: 256 * 1024,
}

/** Delay with which clients reconnect (`retry:`). */
const RETRY_MS = 2_000

const stopping = () => declined('stopping', 'The service is being stopped: please try again shortly.', 2)

/**
 * Adds `takeStreamSlot` and `openEventStream` to replies. Streams end when the app closes: call before `drainOnClose`, which
 * waits for connections. Returns a function that counts the open streams.
 */
export function serveEventStreams(
  app: FastifyInstance,
  limits: Partial<EventStreamLimits> = {},
): () => number {
  const { heartbeatMs, unreadMaxBytes, ...slotLimits } = { ...DEFAULTS, ...limits }
  const streams = new Set<OpenStream>()
  let isStopping = false
  // Keeps the connection alive through proxies and detects clients that have stopped reading.
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.beat()
  }, heartbeatMs).unref()

  const takeSlot = createStreamSlots(slotLimits)
  app.decorateReply('takeStreamSlot', function take(this: FastifyReply, claim: StreamClaim) {
    if (isStopping) throw stopping()
    takeSlot(this, claim)
  })
  app.decorateReply('openEventStream', function open(this: FastifyReply) {
    if (isStopping) throw stopping()
    const stream = openStream(this, unreadMaxBytes)
    streams.add(stream)
    stream.onEnd(() => streams.delete(stream))
    return stream
  })
  app.addHook('preClose', async () => {
    isStopping = true
    clearInterval(heartbeat)
    for (const stream of streams) stream.end()
  })
  return () => streams.size
}

type OpenStream = EventStream & { beat(): void }

function openStream(reply: FastifyReply, unreadMaxBytes: number): OpenStream {
  const { raw } = reply
  const waiting: (() => void)[] = []
  const onDrained = () => {
    for (const resolve of waiting.splice(0)) resolve()
  }
  const endListeners = [onDrained]
  let flushedAtLastBeat = -1
  // A client that is gone is not an error; `close` follows.
  raw.on('error', () => {})
  onceClosed(raw, () => {
    for (const listener of endListeners.splice(0)) listener()
  })
  // Fastify does not send the headers of a hijacked reply that hooks have set (security, CORS).
  reply.hijack()
  // Only headers that are set are listed; the type names all that exist.
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...HEADERS })
  const write = (text: string) => {
    if (raw.destroyed || raw.writableEnded) return
    raw.write(text, () => raw.writableLength === 0 && onDrained())
    if (raw.writableLength > unreadMaxBytes) raw.destroy()
  }
  write(`retry: ${RETRY_MS}\n\n`)
  return {
    isDrained: () => !raw.destroyed && raw.writableLength === 0,
    untilDrained: () =>
      new Promise((resolve) => {
        if (raw.destroyed || raw.writableLength === 0) resolve()
        else waiting.push(resolve)
      }),
    send: (...messages) => write(messages.map(toText).join('')),
    // By the standard an id without data sets the cursor and dispatches no event.
    mark: (id) => write(`id: ${id}\n\n`),
    end: () => void raw.end(),
    // When the client has left before the stream was opened, `close` is over.
    onEnd: (listener) => void (raw.destroyed ? listener() : endListeners.push(listener)),
    beat() {
      const flushed = bytesFlushed(raw)
      if (raw.writableLength > 0 && flushed === flushedAtLastBeat) return void raw.destroy()
      flushedAtLastBeat = flushed
      write(':\n\n')
    },
  }
}

function toText(message: StreamMessage): string {
  const name = message.id === undefined ? '' : `id: ${message.id}\n`
  const json = 'json' in message ? message.json : JSON.stringify(message.data)
  return `${name}event: ${message.event}\ndata: ${json}\n\n`
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // Otherwise nginx buffers a page before it sends anything.
  'x-accel-buffering': 'no',
  connection: 'close',
}

/** Bytes that the kernel has accepted, without those buffered here. */
function bytesFlushed({ socket, writableLength }: ServerResponse): number {
  return (socket?.bytesWritten ?? 0) - writableLength
}
