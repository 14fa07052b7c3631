import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

const TAKE_ANSWER_MAX_MS = 8_000
/** Files are larger than other answers, and streams of any length. */
const TAKE_FILE_MAX_MS = 60_000

declare module 'fastify' {
  interface FastifyContextConfig {
    /** May answer with a file of any length: only who takes nothing of it for a while is shown out. */
    isExport?: boolean
    /** Answers with a file that lies ready. */
    isFile?: boolean
  }
}

type Debt = { answers: number; timer: NodeJS.Timeout | undefined }

/** Ends the connections of clients that do not take their answers: Node itself keeps them for ever. Call before other hooks. */
export function closeSlowReaders(
  app: FastifyInstance,
  { takeAnswerMaxMs = TAKE_ANSWER_MAX_MS, takeFileMaxMs = TAKE_FILE_MAX_MS } = {},
): void {
  const debts = new WeakMap<Socket, Debt>()

  app.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    // Node goes on reading requests out of what it had received before the end.
    if (socket.destroyed) return
    const debt = debts.get(socket) ?? { answers: 0, timer: undefined }
    debts.set(socket, debt)
    debt.answers++
    reply.raw.once('close', () => {
      if (--debt.answers > 0) return void debt.timer?.refresh()
      clearTimeout(debt.timer)
      debt.timer = undefined
    })
    done()
  })

  app.addHook('onSend', ({ raw: { socket }, routeOptions }, reply, payload, done) => {
    const debt = debts.get(socket)
    const isText = typeof payload === 'string' || Buffer.isBuffer(payload)
    const isExport = routeOptions.config.isExport && !isText
    const takeMaxMs = isText && !routeOptions.config.isFile ? takeAnswerMaxMs : takeFileMaxMs
    const cutOff = () => {
      // Of an export nothing may be waiting: then it is we who are slow.
      if (isExport && socket.writableLength === 0) debt?.timer?.refresh()
      else socket.destroy()
    }
    if (debt) debt.timer ??= setTimeout(cutOff, takeMaxMs).unref()
    if (isExport) reply.raw.on('drain', () => debt?.timer?.refresh())
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
