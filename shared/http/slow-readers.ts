import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

const TAKE_ANSWER_MAX_MS = 8_000
/** Streams are files of the documentation, larger than any answer of the API. */
const TAKE_STREAM_MAX_MS = 60_000
/** Requests that a connection may send ahead, without having taken the answers before. */
const ANSWERS_OWED_MAX = 50

type Debt = { answers: number; timer: NodeJS.Timeout | undefined }

/** Ends the connections of clients that do not take their answers: Node itself keeps them for ever. Call before other hooks. */
export function closeSlowReaders(app: FastifyInstance): void {
  const debts = new WeakMap<Socket, Debt>()

  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    // Node goes on reading requests out of what it had received before the end.
    if (socket.destroyed) return
    const debt = debts.get(socket) ?? { answers: 0, timer: undefined }
    debts.set(socket, debt)
    if (++debt.answers > ANSWERS_OWED_MAX) return void socket.destroy()
    reply.raw.once('close', () => {
      if (--debt.answers > 0) return void debt.timer?.refresh()
      clearTimeout(debt.timer)
      debt.timer = undefined
    })
    done()
  })

  app.addHook('onSend', ({ raw: { socket } }, _reply, payload, done) => {
    const debt = debts.get(socket)
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload)
    if (debt)
      debt.timer ??= setTimeout(
        () => socket.destroy(),
        isText ? TAKE_ANSWER_MAX_MS : TAKE_STREAM_MAX_MS,
      ).unref()
    done(null, payload)
  })
}

/** The same for an answer that has been sent past the hooks, to a connection that owed nothing before. */
export function closeUnlessTaken(response: ServerResponse): void {
  const { socket } = response
  // Most often the system has taken all of it by now.
  if (!socket || socket.writableLength === 0) return
  const timer = setTimeout(() => socket.destroy(), TAKE_ANSWER_MAX_MS).unref()
  response.once('close', () => clearTimeout(timer))
}
