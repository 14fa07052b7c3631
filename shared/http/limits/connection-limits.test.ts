import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import type { App } from '#shared/http/app.ts'
import { createServer } from '#shared/http/server.ts'
import { type Connection, findExcess } from './connection-excess.ts'

const HEAD = 'HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
/** What each kind of slow client sends, and how many of one network may stay. */
const KINDS = {
  head: { bytes: '', stay: 100 },
  next: { bytes: `GET /small ${HEAD}\r\n`, stay: 500 },
  body: { bytes: `POST /small ${HEAD}Content-Length: 60\r\n\r\n{`, stay: 100 },
  answer: { bytes: `GET /large ${HEAD}\r\n`, stay: 300 },
} as const
const EXTRA = 10

const lines: { msg: string; waiting?: Record<string, number> }[] = []
const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) })
let app: App
let port: number
let url: string

before(async () => {
  app = await createServer({ log, corsOrigins: [], trustProxy: ['127.0.0.9'] })
  const large = Buffer.alloc(8 * 1024 * 1024, 'x')
  app.get('/large', async (_request, reply) => reply.send(large))
  app.get('/small', async () => ({}))
  app.post('/small', async () => ({}))
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
  url = `http://127.0.0.1:${port}`
})
after(() => app.close())

type Slow = { socket: Socket; isOpen(): boolean }

async function open(bytes: string, localAddress = '127.0.0.1'): Promise<Slow> {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  let isClosed = false
  socket
    .on('error', () => {})
    .on('close', () => {
      isClosed = true
    })
  await once(socket, 'connect')
  socket.write(bytes)
  // Of the large answer nothing is taken; the others see at once when they are closed.
  if (bytes.includes('/large')) socket.once('readable', () => {})
  else socket.resume()
  return { socket, isOpen: () => !isClosed && socket.readyState === 'open' }
}

/** A paused socket does not see that it has been closed: writing shows it. */
const stillOpen = (all: Slow[]) => {
  for (const { socket } of all) if (socket.writable && !socket.readableFlowing) socket.write('\r\n')
  return all.filter(({ isOpen }) => isOpen()).length
}

for (const [kind, { bytes, stay }] of Object.entries(KINDS)) {
  test(`of connections that wait for ${kind}, the oldest of a network are closed, and no other’s`, async () => {
    const others = await Promise.all(Array.from({ length: 3 }, () => open(bytes, '127.0.0.2')))
    const first = await Promise.all(Array.from({ length: EXTRA }, () => open(bytes)))
    const rest = await Promise.all(Array.from({ length: stay }, () => open(bytes)))
    const askedAt = performance.now()
    assert.equal((await fetch(`${url}/small`)).status, 200)
    assert.ok(performance.now() - askedAt < 2_000)
    await waitUntil(() => stillOpen([...first, ...rest]) <= stay, 20_000)
    assert.equal(stillOpen(others), 3)
    const line = lines.find(({ waiting }) => waiting && kind in waiting)
    assert.equal(line?.msg, 'slow connections closed')
    for (const { socket } of [...others, ...first, ...rest]) socket.destroy()
  })
}

test('a trusted proxy is not closed for being idle, and its clients are told apart', async () => {
  const idle = await Promise.all(Array.from({ length: KINDS.head.stay + EXTRA }, () => open('', '127.0.0.9')))
  const uploading = (ip: string) =>
    open(`POST /small ${HEAD}X-Forwarded-For: ${ip}\r\nContent-Length: 60\r\n\r\n{`, '127.0.0.9')
  const crowd = await Promise.all(
    Array.from({ length: KINDS.body.stay + EXTRA }, () => uploading('192.0.2.1')),
  )
  const other = await uploading('192.0.2.2')
  await waitUntil(() => stillOpen(crowd) <= KINDS.body.stay, 20_000)
  assert.ok(other.isOpen())
  assert.equal(stillOpen(idle), idle.length)
  for (const { socket } of [...idle, ...crowd, other]) socket.destroy()
})

const aSlowReader = (i: number, heldBytes: number, network = `network ${i}`) =>
  ({
    socket: { writableLength: 1, bytesWritten: 1 },
    ...{ network, isProxy: false, pending: 1, heldBytes, upload: undefined },
    ...{ waiting: 'answer', since: i, bytesWritten: 1 },
  }) as unknown as Connection
const MB = 1024 * 1024

test('answers that clients do not read hold at most 32 MB a network and 64 MB in all', () => {
  const find = (readers: Connection[], isPerNetwork = true) =>
    findExcess(readers, { sweep: 1_000, isPerNetwork, urgent: undefined }).map(({ since }) => since)
  const three = (network?: string) => [1, 2, 3].map((i) => aSlowReader(i, 15 * MB, network))
  assert.deepEqual(find(three()), [])
  assert.deepEqual(find(three('one')), [1])
  assert.deepEqual(find(three('one'), false), [])
  assert.deepEqual(find(Array.from({ length: 10 }, (_, i) => aSlowReader(i, 8 * MB))), [0, 1])
  assert.deepEqual(find([aSlowReader(1, 100 * MB)]), [], 'one alone is not cut off')
  const shared = Array.from({ length: 10 }, (_, i) =>
    Object.assign(aSlowReader(i, 8 * MB), { isShared: true }),
  )
  assert.deepEqual(find(shared), [], 'what is kept once costs once')
})

test('a connection that has not waited since the last sweep stays open, unless its kind is urgent', () => {
  const readers = Array.from({ length: 10 }, (_, i) => aSlowReader(5, 8 * MB, `network ${i}`))
  const find = (urgent?: 'answer') => findExcess(readers, { sweep: 5, isPerNetwork: true, urgent }).length
  assert.equal(find(), 0)
  assert.equal(find('answer'), 2)
})

test('thousands of connections that wait for their clients are too many, from any network', () => {
  const idle = Array.from({ length: 2_003 }, (_, i) =>
    Object.assign(aSlowReader(i, 0), {
      pending: 0,
      waiting: 'head',
      socket: { writableLength: 0, bytesWritten: 0 },
    }),
  ).map((each) => Object.assign(each, { bytesWritten: 0 }))
  const excess = findExcess(idle, { sweep: 5_000, isPerNetwork: false, urgent: undefined })
  assert.deepEqual(
    excess.map(({ since }) => since),
    [0, 1, 2],
  )
})
