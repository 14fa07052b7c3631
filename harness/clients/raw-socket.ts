import { connect } from 'node:net'

export type Exchange = {
  /** The status of every answer that came over the connection, in order. */
  statuses: number[]
  text: string
  isClosed: boolean
}

/**
 * Sends bytes as they are and collects what comes back, until the other side closes, nothing has come for
 * `quietMs`, or nothing at all for `answerMaxMs`.
 */
export async function exchange(
  port: number,
  bytes: string | Buffer | (string | Buffer)[],
  { quietMs = 60, answerMaxMs = 3_000 } = {},
): Promise<Exchange> {
  const { promise, resolve } = Promise.withResolvers<Exchange>()
  const socket = connect({ port, host: '127.0.0.1' })
  let text = ''
  let timer = setTimeout(finish, answerMaxMs)
  let isClosed = false
  function finish() {
    clearTimeout(timer)
    socket.destroy()
    const statuses = [...text.matchAll(/^HTTP\/1\.[01] (\d{3}) /gm)].map(([, status]) => Number(status))
    resolve({ statuses, text, isClosed })
  }
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    clearTimeout(timer)
    timer = setTimeout(finish, quietMs)
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    isClosed = true
    finish()
  })
  for (const part of [bytes].flat()) socket.write(part)
  return promise
}
