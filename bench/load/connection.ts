import { connect, type Socket } from 'node:net'

/** What came back for one request. Status 0: the connection ended, or the answer was not one we can read. */
export type Answer = { status: number; body: Buffer; ms: number }

export type Connection = {
  /** One request at a time: the next may go out when `onAnswer` was called. */
  send(request: Buffer | string): void
  /** Neither waiting for an answer nor lost. */
  isFree(): boolean
  close(): void
}

const HEAD_END = Buffer.from('\r\n\r\n')
const NOTHING = Buffer.alloc(0)

/**
 * A kept-alive HTTP/1.1 connection on a bare socket, without pipelining. It reads the status line, the length and
 * the body and nothing else, so that on a machine that client and server share most of the time is the server's.
 */
export async function openConnection(
  { hostname, port }: URL,
  onAnswer: (connection: Connection, answer: Answer) => void,
): Promise<Connection> {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let received: Buffer = NOTHING
  let sentAt = 0
  let isBusy = false
  let isClosed = false

  const answered = (status: number, body: Buffer) => {
    isBusy = false
    onAnswer(connection, { status, body, ms: performance.now() - sentAt })
  }
  const fail = () => {
    if (isClosed) return
    isClosed = true
    socket.destroy()
    if (isBusy) answered(0, NOTHING)
  }
  const connection: Connection = {
    send(request) {
      isBusy = true
      sentAt = performance.now()
      // A server lets go of connections that nobody uses: better a status of 0 than an answer that never comes.
      if (isClosed) return queueMicrotask(() => answered(0, NOTHING))
      socket.write(request)
    },
    isFree: () => !isBusy && !isClosed,
    close() {
      isClosed = true
      socket.destroy()
    },
  }
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    const headEnd = received.indexOf(HEAD_END)
    if (headEnd < 0) return
    const length = contentLength(received, headEnd)
    if (length === undefined) return fail()
    const bodyFrom = headEnd + HEAD_END.length
    if (received.length < bodyFrom + length) return
    const status = statusOf(received)
    const body = received.subarray(bodyFrom, bodyFrom + length)
    received = received.subarray(bodyFrom + length)
    answered(status, body)
  })
  await opened(socket)
  socket.on('error', fail)
  socket.on('close', fail)
  return connection
}

/** `HTTP/1.1 200 …` */
function statusOf(head: Buffer): number {
  return ((head[9] ?? 48) - 48) * 100 + ((head[10] ?? 48) - 48) * 10 + ((head[11] ?? 48) - 48)
}

/** Undefined when the answer does not say: then we cannot tell where it ends. */
function contentLength(received: Buffer, headEnd: number): number | undefined {
  const head = received.toString('latin1', 0, headEnd)
  const at = LENGTH.exec(head)
  return at?.[1] === undefined ? undefined : Number(at[1])
}

const LENGTH = /\r\ncontent-length: *(\d+)/i

function opened(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve()
    })
  })
}
