import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/**
 * What a connection waits for its client to do: send the head of its first request, send the next request, send the body
 * that a head has announced, or read an answer.
 */
const KINDS = ['head', 'next', 'body', 'answer'] as const
export type Waiting = (typeof KINDS)[number]

export type Connection = {
  socket: Socket
  network: string
  isProxy: boolean
  /** Answers in progress, and the bytes of them that are held in memory. */
  pending: number
  heldBytes: number
  /** The answer is a static file, whose bytes are in memory once for all connections. */
  isShared: boolean
  /** The last request that announced a body. */
  upload: IncomingMessage | undefined
  waiting: Waiting | undefined
  /** Answers that have been read by the client. */
  completed: number
  /** The sweep that first saw it wait, and the counts at the last sweep. */
  since: number
  bytesWritten: number
  completedBefore: number
}

type Bound = { perNetwork: number; total: number }

/** Well-behaved clients wait for milliseconds and stay far below these bounds (decision 0042). */
const CONNECTIONS: Record<Waiting, Bound> = {
  head: { perNetwork: 100, total: 2_000 },
  next: { perNetwork: 500, total: 5_000 },
  body: { perNetwork: 100, total: 1_000 },
  // A client that reads nothing reconnects at once, and a new connection costs more than an open one.
  answer: { perNetwork: 300, total: 1_500 },
}
/** Bytes of answers that clients have not read. */
const BYTES: Bound = { perNetwork: 32 * 1024 * 1024, total: 64 * 1024 * 1024 }

/** `sweep`: its number. `urgent`: connections of this kind may be closed even if they began to wait after the last sweep. */
type Sweep = { sweep: number; isPerNetwork: boolean; urgent: Waiting | undefined }

/** Updates what each connection waits for. Returns those beyond the bounds: of each kind the ones that have waited longest. */
export function findExcess(connections: Connection[], { sweep, isPerNetwork, urgent }: Sweep): Connection[] {
  for (const connection of connections) update(connection, sweep)
  const excess = new Set<Connection>()
  for (const kind of KINDS) {
    const waiting = connections.filter((each) => each.waiting === kind).sort(bySinceThenHeld)
    const { perNetwork, total } = CONNECTIONS[kind]
    const add = (group: Connection[], count: number, bytes: number) => {
      for (const each of tooMany(group, count, bytes))
        if (kind === urgent || each.since < sweep) excess.add(each)
    }
    if (isPerNetwork)
      for (const group of Map.groupBy(waiting, ({ network }) => network).values())
        add(group, perNetwork, BYTES.perNetwork)
    const left = waiting.filter((each) => !excess.has(each))
    add(left, total, BYTES.total)
  }
  return [...excess]
}

function update(connection: Connection, sweep: number): void {
  const { socket, bytesWritten } = connection
  const waiting = waitsFor(connection)
  // A connection that was served since the last sweep starts a new wait.
  const isServed =
    connection.completed !== connection.completedBefore ||
    (waiting === 'next' && socket.bytesWritten !== bytesWritten)
  if (waiting !== connection.waiting || isServed) connection.since = sweep
  connection.waiting = waiting
  connection.completedBefore = connection.completed
  connection.bytesWritten = socket.bytesWritten
  if (connection.upload?.complete) connection.upload = undefined
}

function waitsFor({ socket, upload, pending, heldBytes, isProxy }: Connection): Waiting | undefined {
  if (socket.writableLength > 0 || heldBytes > 0) return 'answer'
  if (upload && !upload.complete) return 'body'
  if (pending > 0 || isProxy) return undefined
  return socket.bytesWritten > 0 ? 'next' : 'head'
}

const held = ({ socket, heldBytes, isShared }: Connection) =>
  isShared ? 0 : Math.max(heldBytes, socket.writableLength)

const bySinceThenHeld = (a: Connection, b: Connection) => a.since - b.since || held(b) - held(a)

/** The oldest ones, without which the rest is within both bounds. A single connection is always within them. */
function tooMany(oldestFirst: Connection[], countMax: number, bytesMax: number): Connection[] {
  let bytes = oldestFirst.reduce((sum, each) => sum + held(each), 0)
  let count = oldestFirst.length
  const isTooMuch = (each: Connection) => {
    if (count <= 1 || (count <= countMax && bytes <= bytesMax)) return false
    bytes -= held(each)
    count--
    return true
  }
  const firstKept = oldestFirst.findIndex((each) => !isTooMuch(each))
  return firstKept < 0 ? oldestFirst : oldestFirst.slice(0, firstKept)
}
