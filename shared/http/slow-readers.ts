import type { FastifyInstance } from 'fastify'

const TAKE_ANSWER_MAX_MS = 10_000
/** Streams are files of the documentation, larger than any answer of the API. */
const TAKE_STREAM_MAX_MS = 60_000

/** Ends the connection of a client that does not take its answer: Node itself waits for ever. */
export function closeSlowReaders(app: FastifyInstance): void {
  app.addHook('onSend', (_request, { raw }, payload, done) => {
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload)
    const timer = setTimeout(
      () => raw.socket?.destroy(),
      isText ? TAKE_ANSWER_MAX_MS : TAKE_STREAM_MAX_MS,
    ).unref()
    raw.once('close', () => clearTimeout(timer))
    done(null, payload)
  })
}
