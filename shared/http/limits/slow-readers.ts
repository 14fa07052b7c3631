import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { onceClosed } from '#shared/http/requests/response-close.ts'

const READ_ANSWER_MAX_MS = 8_000
const READ_FILE_MAX_MS = 60_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** May answer with a file of any length: its time limit restarts whenever the client reads something. */
    isExport?: boolean
    /** Answers with a static file. */
    isFile?: boolean
  }
}

/** Answers of a connection that the client has not read. */
type Pending = { answers: number; timer: NodeJS.Timeout | undefined }

/** Closes connections whose clients do not read their answers, for which Node has no timeout. Call before other hooks. */
export function closeSlowReaders(
  app: FastifyInstance,
  { readAnswerMaxMs = READ_ANSWER_MAX_MS, readFileMaxMs = READ_FILE_MAX_MS } = {},
): void {
  const connections = new WeakMap<Socket, Pending>()

  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    // Node still parses the requests that it had received before the connection ended.
    if (socket.destroyed) return
    const pending = connections.get(socket) ?? { answers: 0, timer: undefined }
    connections.set(socket, pending)
    pending.answers++
    onceClosed(reply.raw, () => {
      if (--pending.answers > 0) return void pending.timer?.refresh()
      clearTimeout(pending.timer)
      pending.timer = undefined
    })
    done()
  })

  app.addHook('onSend', ({ raw: { socket }, routeOptions }, reply, payload, done) => {
    const pending = connections.get(socket)
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload)
    const isExport = routeOptions.config.isExport && !isText
    const readMaxMs = isText && !routeOptions.config.isFile ? readAnswerMaxMs : readFileMaxMs
    const close = () => {
      // An export with an empty buffer waits for the database, not for the client.
      if (isExport && socket.writableLength === 0) pending?.timer?.refresh()
      else socket.destroy()
    }
    if (pending) pending.timer ??= setTimeout(close, readMaxMs).unref()
    if (isExport) reply.raw.on('drain', () => pending?.timer?.refresh())
    done(null, payload)
  })
}

/** The same for an answer of the fast lane, which bypasses the hooks, on a connection without other pending answers. */
export function closeUnlessTaken(response: ServerResponse): void {
  const { socket } = response
  // Usually the kernel has accepted all of it.
  if (!socket || socket.writableLength === 0) return
  const timer = setTimeout(() => socket.destroy(), READ_ANSWER_MAX_MS).unref()
  onceClosed(response, () => clearTimeout(timer))
}
