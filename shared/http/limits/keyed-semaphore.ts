import type { ServerResponse } from 'node:http'
import { AppError, tooBusy } from '#shared/errors/app-error.ts'

/**
 * Answers that cost much are given to one caller one after the other, however many connections they ask on: who asks once
 * waits for nobody else's.
 */
export type KeyedTurns = {
  /** Resolves when it is this answer's turn, which lasts until it is over. Throws 429 when many of the key wait already. */
  enter(key: string, response: ServerResponse): Promise<void>
}

type Line = { inside: number; waiting: (() => void)[] }

const tooManyAtOnce = () =>
  new AppError(
    429,
    'too_many_at_once',
    'You are asking for the same thing on many connections at once: wait for the first answers.',
    { headers: { 'retry-after': '2' } },
  )

export function createKeyedTurns({
  atOnce,
  waitingMax,
  waitingMaxInAll,
}: {
  atOnce: number
  waitingMax: number
  waitingMaxInAll: number
}): KeyedTurns {
  /** No key stays that nobody asks for. */
  const lines = new Map<string, Line>()
  let waitingInAll = 0

  const leave = (key: string, line: Line) => {
    const next = line.waiting.shift()
    if (next) return next()
    if (--line.inside === 0) lines.delete(key)
  }
  return {
    async enter(key, response) {
      if (response.destroyed) return
      const line = lines.get(key) ?? { inside: 0, waiting: [] }
      if (line.inside >= atOnce && line.waiting.length >= waitingMax) throw tooManyAtOnce()
      if (line.inside >= atOnce && waitingInAll >= waitingMaxInAll) throw tooBusy()
      lines.set(key, line)
      if (line.inside < atOnce) line.inside++
      else {
        waitingInAll++
        await new Promise<void>((resolve) => line.waiting.push(resolve))
        waitingInAll--
      }
      // The client may have left while it waited.
      if (response.destroyed) leave(key, line)
      else response.once('close', () => leave(key, line))
    },
  }
}
