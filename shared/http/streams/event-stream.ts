import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import Type from 'typebox'
import { declined } from '#shared/errors/app-error.ts'
import { givePlaces, type StreamClaim, type StreamPlaceLimits } from './stream-slots.ts'

/** One client that listens for server-sent events. */
export type EventStream = {
  /** False while the client has not taken all that it was sent: better wait, and send what is current then. */
  isTaken(): boolean
  /** Resolves when the client has taken all, or is gone. */
  untilTaken(): Promise<void>
  /**
   * In one piece. A client that lets much more than a piece pile up is cut off, and comes again by itself: whoever sends
   * often waits until the last piece was taken.
   */
  send(...messages: StreamMessage[]): void
  /** Tells the client where it is, so that it comes again with that id even if it has heard nothing yet. */
  mark(id: number | string): void
  end(): void
  /** Called once, whoever ended it. */
  onEnd(work: () => void): void
}

/** `data` goes out as JSON, unless that is there already. */
type StreamMessage = { event: string; id?: number | string } & ({ data: unknown } | { json: string })

/** What may go out in one piece. One message may be longer, with nothing else beside it. */
export const PIECE_MAX_CHARS = 64 * 1024

export type EventStreamLimits = StreamPlaceLimits & {
  heartbeatMs: number
  /** What may wait for one client before it is cut off. */
  waitingMaxBytes: number
}

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Takes the place of a stream, which is free again when the answer is over. First of all, so that who has to be
     * refused costs nothing. Throws 429 when the account or the address listens often enough, 503 when all are taken.
     */
    takeStreamPlace(claim: StreamClaim): void
    /** Answers with a stream, once everything that may fail has been done. */
    openEventStream(): EventStream
  }
  interface FastifyContextConfig {
    /** Answers with events for as long as the client listens, so it is no request in progress. */
    isEventStream?: boolean
  }
}

/** The answer of such a route, for its schema. */
export const eventStreamResponse = (description: string) => ({
  description,
  content: { 'text/event-stream': { schema: Type.String() } },
})

const USUAL: EventStreamLimits = {
  streamsMax: 1_000,
  perAccountMax: 5,
  perAddressMax: 50,
  heartbeatMs: 15_000,
  waitingMaxBytes: 256 * 1024,
}

/** How soon a client comes again after a stream has ended. */
const RETRY_MS = 2_000

const stopping = () => declined('stopping', 'The service is being stopped: please try again shortly.', 2)

/**
 * Gives replies `openEventStream`. Streams end at once when the app closes, so that none holds up a graceful stop:
 * call before whatever else waits for connections then. Returns what tells how many are open.
 */
export function serveEventStreams(
  app: FastifyInstance,
  limits: Partial<EventStreamLimits> = {},
): () => number {
  const { heartbeatMs, waitingMaxBytes, ...places } = { ...USUAL, ...limits }
  const streams = new Set<OpenStream>()
  let isStopping = false
  // Tells proxies and clients that the line is alive, and shows who has stopped reading.
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.beat()
  }, heartbeatMs).unref()

  const takePlace = givePlaces(places)
  app.decorateReply('takeStreamPlace', function take(this: FastifyReply, claim: StreamClaim) {
    if (isStopping) throw stopping()
    takePlace(this, claim)
  })
  app.decorateReply('openEventStream', function open(this: FastifyReply) {
    if (isStopping) throw stopping()
    const stream = openStream(this, waitingMaxBytes)
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

function openStream(reply: FastifyReply, waitingMaxBytes: number): OpenStream {
  const { raw } = reply
  const waiting: (() => void)[] = []
  const goOn = () => {
    for (const each of waiting.splice(0)) each()
  }
  const work = [goOn]
  let flushedAtLastBeat = -1
  // A client that is gone is no fault of ours; `close` follows.
  raw
    .on('error', () => {})
    .once('close', () => {
      for (const each of work.splice(0)) each()
    })
  // From here on the answer is ours. What the hooks have set (security, CORS) goes along.
  reply.hijack()
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...HEADERS })
  const write = (text: string) => {
    if (raw.destroyed || raw.writableEnded) return
    raw.write(text, () => raw.writableLength === 0 && goOn())
    if (raw.writableLength > waitingMaxBytes) raw.destroy()
  }
  write(`retry: ${RETRY_MS}\n\n`)
  return {
    isTaken: () => !raw.destroyed && raw.writableLength === 0,
    untilTaken: () =>
      new Promise((resolve) => {
        if (raw.destroyed || raw.writableLength === 0) resolve()
        else waiting.push(resolve)
      }),
    send: (...messages) => write(messages.map(toText).join('')),
    // By the standard, an id without data is remembered and makes no event.
    mark: (id) => write(`id: ${id}\n\n`),
    end: () => void raw.end(),
    // One that left before it was answered has had its `close`.
    onEnd: (each) => void (raw.destroyed ? each() : work.push(each)),
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
  // nginx would collect a page before it passes anything on.
  'x-accel-buffering': 'no',
  connection: 'close',
}

/** What the network has taken; the rest still waits here. */
function bytesFlushed({ socket, writableLength }: ServerResponse): number {
  return (socket?.bytesWritten ?? 0) - writableLength
}
