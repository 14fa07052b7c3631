import { once } from 'node:events'
import { connect } from 'node:net'

/** One connection that runs prepared statements, one at a time. */
export type PostgresConnection = {
  prepare(name: string, text: string): Promise<void>
  /** The values of the first row, as text; empty without one. Rejects with the server's message. */
  run(name: string, values: readonly string[]): Promise<string[]>
  close(): void
}

const PROTOCOL_3 = 196_608
const AUTHENTICATION_OK = 0

/**
 * PostgreSQL's own protocol on a bare socket, as lean as `pgbench` and far leaner than a driver for daily use: on a
 * machine that both share, what the client does not use is the server's. Knows no passwords: the servers of the
 * bench trust everybody who may open their socket.
 */
export async function openPostgres(url: string): Promise<PostgresConnection> {
  const { username, pathname, searchParams, hostname, port } = new URL(url)
  const socketDir = searchParams.get('host')
  const socket = socketDir
    ? connect(`${socketDir}/.s.PGSQL.${port || 5432}`)
    : connect({ host: hostname, port: Number(port || 5432), noDelay: true })
  let received: Buffer = Buffer.alloc(0)
  let row: string[] = []
  let fault: Error | undefined
  let waiting: PromiseWithResolvers<string[]> | undefined

  const settle = () => {
    const { resolve, reject } = waiting ?? {}
    const [answer, failed] = [row, fault]
    ;[row, fault, waiting] = [[], undefined, undefined]
    if (failed) reject?.(failed)
    else resolve?.(answer)
  }
  const onMessage = (type: number, body: Buffer) => {
    if (type === DATA_ROW && row.length === 0) row = readRow(body)
    else if (type === ERROR) fault ??= new Error(readError(body))
    else if (type === AUTHENTICATION && body.readInt32BE(0) !== AUTHENTICATION_OK)
      fault ??= new Error('The server asks for a password')
    else if (type === READY) settle()
  }
  socket.on('data', (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    let at = 0
    while (received.length - at >= 5) {
      const end = at + 1 + received.readInt32BE(at + 1)
      if (end > received.length) break
      onMessage(received[at] as number, received.subarray(at + 5, end))
      at = end
    }
    received = received.subarray(at)
  })
  const lose = (error: Error) => waiting?.reject(error)
  const ask = (request: Buffer): Promise<string[]> => {
    waiting = Promise.withResolvers()
    socket.write(request)
    return waiting.promise
  }
  await once(socket, 'connect')
  socket.on('error', lose)
  socket.on('close', () => lose(new Error('The server has closed the connection')))
  await ask(startup({ user: username, database: pathname.slice(1), TimeZone: 'UTC' }))
  return {
    async prepare(name, text) {
      await ask(Buffer.concat([message('P', [cString(name), cString(text), int16(0)]), SYNC]))
    },
    run: (name, values) => ask(Buffer.concat([bind(name, values), EXECUTE, SYNC])),
    close: () => socket.end(message('X', [])),
  }
}

const [DATA_ROW, ERROR, AUTHENTICATION, READY] = ['D', 'E', 'R', 'Z'].map((type) => type.charCodeAt(0))

function startup(settings: Record<string, string>): Buffer {
  const pairs = Object.entries(settings).flatMap(([name, value]) => [cString(name), cString(value)])
  const body = Buffer.concat([int32(PROTOCOL_3), ...pairs, Buffer.alloc(1)])
  return Buffer.concat([int32(body.length + 4), body])
}

/** To the unnamed portal; values and answers as text. */
function bind(name: string, values: readonly string[]): Buffer {
  const parameters = values.flatMap((value) => [int32(Buffer.byteLength(value)), Buffer.from(value)])
  return message('B', [cString(''), cString(name), int16(0), int16(values.length), ...parameters, int16(0)])
}

function readRow(body: Buffer): string[] {
  const count = body.readInt16BE(0)
  const values: string[] = []
  for (let i = 0, at = 2; i < count; i++) {
    const length = body.readInt32BE(at)
    values.push(length < 0 ? '' : body.toString('latin1', at + 4, at + 4 + length))
    at += 4 + Math.max(0, length)
  }
  return values
}

/** Fields of a letter and a text; M is the message for people. */
function readError(body: Buffer): string {
  const fields = body.toString().split('\0')
  return fields.find((field) => field.startsWith('M'))?.slice(1) ?? 'unknown error'
}

function message(type: string, parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

const EXECUTE = message('E', [cString(''), int32(0)])
const SYNC = message('S', [])

function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`)
}

function int32(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(4)
  buffer.writeInt32BE(value)
  return buffer
}

function int16(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(2)
  buffer.writeInt16BE(value)
  return buffer
}
