import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/**
 * What a connection waits for its client to do: to send the head of its first request, to send the next one, to send
 * the body that a head has announced, or to take an answer.
 */
export type Waiting = 'head' | 'next' | 'body' | 'answer'

export type Connection = {
  socket: Socket
  network: string
  isProxy: boolean
  /** Answers that have not been handed over whole, and the bytes of them that have been made. */
  owed: number
  heldBytes: number
  /** What it is being sent is kept once, however many it is sent to. */
  isShared: boolean
  /** The last request that announced a body. */
  upload: IncomingMessage | undefined
  waiting: Waiting | undefined
  /** Answers that have been handed over. */
  taken: number
  /** The look that saw it wait first, and what had been sent and taken at the last one. */
  since: number
  bytesWritten: number
  takenBefore: number
}

type Bound = { perNetwork: number; total: number }

/** Far more than honest clients need, who wait for milliseconds; few enough to cost little. */
const CONNECTIONS: Record<Waiting, Bound> = {
  head: { perNetwork: 100, total: 2_000 },
  next: { perNetwork: 500, total: 5_000 },
  body: { perNetwork: 100, total: 1_000 },
  // To close one that takes nothing costs more than to keep it, when its client only comes again.
  answer: { perNetwork: 300, total: 1_500 },
}
/** Of answers that are not taken. */
const BYTES: Bound = { perNetwork: 32 * 1024 * 1024, total: 64 * 1024 * 1024 }

/** `urgent`: of this kind also those that were not waiting a look ago. */
type Look = { look: number; isPerNetwork: boolean; urgent: Waiting | undefined }

/** Notes what each connection waits for, and says which are too many: of each kind those that have waited the longest. */
export function findExcess(connections: Connection[], { look, isPerNetwork, urgent }: Look): Connection[] {
  for (const connection of connections) note(connection, look)
  const excess = new Set<Connection>()
  for (const kind of Object.keys(CONNECTIONS) as Waiting[]) {
    const waiting = connections.filter((each) => each.waiting === kind).sort(bySinceThenHeld)
    const { perNetwork, total } = CONNECTIONS[kind]
    const add = (group: Connection[], count: number, bytes: number) => {
      for (const each of tooMany(group, count, bytes))
        if (kind === urgent || each.since < look) excess.add(each)
    }
    if (isPerNetwork)
      for (const group of Map.groupBy(waiting, ({ network }) => network).values())
        add(group, perNetwork, BYTES.perNetwork)
    const left = waiting.filter((each) => !excess.has(each))
    add(left, total, BYTES.total)
  }
  return [...excess]
}

function note(connection: Connection, look: number): void {
  const { socket, bytesWritten } = connection
  const waiting = waitsFor(connection)
  // Between two looks it has been served, and waits anew.
  const isServed =
    connection.taken !== connection.takenBefore ||
    (waiting === 'next' && socket.bytesWritten !== bytesWritten)
  if (waiting !== connection.waiting || isServed) connection.since = look
  connection.waiting = waiting
  connection.takenBefore = connection.taken
  connection.bytesWritten = socket.bytesWritten
  if (connection.upload?.complete) connection.upload = undefined
}

function waitsFor({ socket, upload, owed, heldBytes, isProxy }: Connection): Waiting | undefined {
  if (socket.writableLength > 0 || heldBytes > 0) return 'answer'
  if (upload && !upload.complete) return 'body'
  if (owed > 0 || isProxy) return undefined
  return socket.bytesWritten > 0 ? 'next' : 'head'
}

const held = ({ socket, heldBytes, isShared }: Connection) =>
  isShared ? 0 : Math.max(heldBytes, socket.writableLength)

const bySinceThenHeld = (a: Connection, b: Connection) => a.since - b.since || held(b) - held(a)

/** The first ones, without which the rest is within both bounds. One alone is never too many. */
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
