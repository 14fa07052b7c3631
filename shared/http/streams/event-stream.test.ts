import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyReply } from 'fastify'
import { pino } from 'pino'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { drainOnClose } from '#shared/http/drain.ts'
import { createLoadShedder } from '#shared/http/limits/load-shedder.ts'
import { closeSlowReaders } from '#shared/http/limits/slow-readers.ts'
import { handleErrors } from '#shared/http/responses/error-handler.ts'
import { createServer } from '#shared/http/server.ts'
import {
  type EventStream,
  type EventStreamLimits,
  eventStreamResponse,
  serveEventStreams,
} from './event-stream.ts'
import { createStreamSlots } from './stream-slots.ts'

const open: { close(): Promise<unknown> }[] = []
after(() => Promise.all(open.map((app) => app.close())))

/** A server whose `/events` keeps its streams in `streams`. */
async function startServer(limits: Partial<EventStreamLimits> = {}) {
  const app = Fastify({ forceCloseConnections: 'idle', return503OnClosing: false })
  open.push(app)
  closeSlowReaders(app)
  serveEventStreams(app, limits)
  drainOnClose(app)
  createLoadShedder().countOn(app)
  handleErrors(app)
  const streams: EventStream[] = []
  const ended: EventStream[] = []
  let delayMs = 0
  app.get('/events', { config: { isEventStream: true } }, async ({ headers }, reply) => {
    const { kind = 'cups', account } = headers as Record<string, string>
    reply.takeStreamSlot({ kind, ...(account !== undefined && { account: Number(account) }) })
    await sleep(delayMs)
    const stream = reply.openEventStream()
    streams.push(stream)
    stream.onEnd(() => ended.push(stream))
  })
  app.get('/plain', () => ({}))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    app,
    port,
    streams,
    ended,
    delay: (ms: number) => {
      delayMs = ms
    },
  }
}

/** Listens, and keeps what it hears. */
async function listen(port: number) {
  const request = get({ port, host: '127.0.0.1', path: '/events', agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let text = ''
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const isOver = new Promise<void>((resolve) => response.once('close', resolve).on('error', () => {}))
  return { response, text: () => text, isOver, leave: () => request.destroy() }
}

test('events arrive as they are sent, with their ids and in the form of the standard', async () => {
  const { port, streams } = await startServer()
  const { response, text, leave } = await listen(port)
  assert.equal(response.statusCode, 200)
  assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8')
  assert.equal(response.headers['cache-control'], 'no-cache, no-transform')
  streams[0]?.mark(6)
  streams[0]?.send({ id: 7, event: 'cup.filled', data: { with: 'tea\nor "coffee"', é: null } })
  streams[0]?.send({ event: 'cup.emptied', data: {} })
  await waitUntil(() => text().includes('emptied'), 2_000)
  assert.equal(
    text(),
    'retry: 2000\n\nid: 6\n\n' +
      'id: 7\nevent: cup.filled\ndata: {"with":"tea\\nor \\"coffee\\"","é":null}\n\n' +
      'event: cup.emptied\ndata: {}\n\n',
  )
  assert.equal(streams[0]?.isDrained(), true)
  leave()
})

test('a silent stream has a heartbeat, and stays open', async () => {
  const { port, ended } = await startServer({ heartbeatMs: 20 })
  const { text, leave } = await listen(port)
  await waitUntil(() => text().endsWith(':\n\n:\n\n:\n\n'), 2_000)
  assert.equal(ended.length, 0)
  leave()
  await waitUntil(() => ended.length === 1, 2_000)
})

test('the server’s own headers go along', async () => {
  const app = await createServer({ log: pino({ level: 'silent' }), corsOrigins: ['*'], trustProxy: [] })
  open.push(app)
  const schema = { response: { 200: eventStreamResponse('What happens.') } }
  app.get('/events', { config: { isEventStream: true }, schema }, async (_request, reply) => {
    reply.openEventStream().end()
  })
  const { headers } = await app.inject({ url: '/events', headers: { origin: 'https://studio.example' } })
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.equal(headers['content-type'], 'text/event-stream; charset=utf-8')
})

test('one too many is told to come back, until another one leaves', async () => {
  const { app, port, ended } = await startServer({ streamsMax: 2 })
  const first = await listen(port)
  await listen(port)
  const refused = await app.inject('/events')
  assert.deepEqual([refused.statusCode, refused.json().code], [503, 'too_many_streams'])
  assert.ok(refused.headers['retry-after'])
  first.leave()
  await waitUntil(() => ended.length === 1, 2_000)
  assert.equal((await listen(port)).response.statusCode, 200)
})

test('when all places are taken, who comes from elsewhere gets one of the network that has most', async () => {
  const { app, streams, ended } = await startServer({ streamsMax: 4 })
  const ask = async (account: string, remoteAddress: string) =>
    (await app.inject({ url: '/events', headers: { account }, remoteAddress, payloadAsStream: true }))
      .statusCode
  for (const account of ['1', '2', '3']) assert.equal(await ask(account, '203.0.113.1'), 200)
  assert.equal(await ask('4', '203.0.113.2'), 200)
  assert.equal(await ask('5', '203.0.113.3'), 200)
  await waitUntil(() => ended.length === 1, 2_000)
  assert.equal(ended[0], streams[0])
  assert.equal(await ask('6', '203.0.113.1'), 503)
  assert.equal(await ask('7', '203.0.113.4'), 200)
  // Everybody has one now: nobody is shown out for another.
  assert.equal(await ask('8', '203.0.113.5'), 503)
})

test('who has left before the place is taken keeps none', () => {
  const take = createStreamSlots({ streamsMax: 1, perAccountMax: 5, perAddressMax: 50 })
  const replyTo = (ip: string) => {
    const raw = new ServerResponse(new IncomingMessage(new Socket()))
    return { raw, request: { ip } } as FastifyReply
  }
  const gone = replyTo('203.0.113.1')
  gone.raw.destroy()
  take(gone, { kind: 'cups', account: 1 })
  take(replyTo('203.0.113.2'), { kind: 'cups', account: 2 })
  assert.throws(() => take(replyTo('203.0.113.3'), { kind: 'cups', account: 3 }), {
    code: 'too_many_streams',
  })
})

test('one account listens five times, one address fifty times, and kinds have places of their own', async () => {
  const { app } = await startServer()
  const ask = async (headers: Record<string, string>, remoteAddress = '203.0.113.1') => {
    const answer = await app.inject({ url: '/events', headers, remoteAddress, payloadAsStream: true })
    return { status: answer.statusCode, leave: () => void answer.raw.res.destroy(), answer }
  }
  const own = await Promise.all(Array.from({ length: 6 }, () => ask({ account: '1' })))
  assert.deepEqual(own.map(({ status }) => status).toSorted(), [200, 200, 200, 200, 200, 429])
  const refused = await app.inject({
    url: '/events',
    headers: { account: '1' },
    remoteAddress: '203.0.113.2',
  })
  assert.deepEqual([refused.statusCode, refused.json().code], [429, 'too_many_streams'])
  assert.match(refused.json().error, /close one of them/)
  assert.equal(refused.headers['retry-after'], '30')
  assert.equal((await ask({ account: '1', kind: 'plates' })).status, 200)
  assert.equal((await ask({ account: '2' })).status, 200)
  own.find(({ status }) => status === 200)?.leave()
  await waitUntil(async () => (await ask({ account: '1' })).status === 200, 2_000)

  const network = Array.from({ length: 51 }, (_, i) => ask({ account: `${100 + i}` }, `2001:db8::${i + 1}`))
  const statuses = (await Promise.all(network)).map(({ status }) => status)
  assert.deepEqual(
    [200, 429].map((status) => statuses.filter((each) => each === status).length),
    [50, 1],
  )
  assert.equal((await ask({ account: '999' }, '2001:db8:0:1::1')).status, 200)
  const trusted = await Promise.all(Array.from({ length: 60 }, () => ask({}, '2001:db8::1')))
  assert.ok(trusted.every(({ status }) => status === 200))
})

test('messages that are sent together go out as one chunk, and waiting senders go on when it has been read', async () => {
  const { port, streams } = await startServer({ unreadMaxBytes: Infinity })
  const socket = connect(port, '127.0.0.1').pause()
  socket.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
  await waitUntil(() => streams.length === 1, 2_000)
  const [stream] = streams as [EventStream]
  await stream.untilDrained()
  while (stream.isDrained()) {
    stream.send({ event: 'flood', json: `"${'x'.repeat(512 * 1024)}"` }, { event: 'end', data: {} })
    await sleep(10)
  }
  let isDrained = false
  const taken = stream.untilDrained().then(() => {
    isDrained = true
  })
  await sleep(100)
  assert.equal(isDrained, false)
  socket.resume()
  await taken
  assert.equal(stream.isDrained(), true)
  const left = stream.untilDrained()
  socket.destroy()
  await left
})

test('a client that left before it was answered holds no place', async () => {
  const { port, streams, ended, delay } = await startServer({ streamsMax: 1 })
  delay(50)
  const request = get({ port, host: '127.0.0.1', path: '/events', agent: false }).on('error', () => {})
  await once(request, 'socket')
  await sleep(20)
  request.destroy()
  await waitUntil(() => streams.length === 1, 2_000)
  await waitUntil(() => ended.length === 1, 2_000)
  assert.equal((await listen(port)).response.statusCode, 200)
})

test('a client that takes nothing is cut off before much waits for it', async () => {
  const { port, streams, ended } = await startServer({ unreadMaxBytes: 64 * 1024 })
  const socket = connect(port, '127.0.0.1').pause()
  socket.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
  await waitUntil(() => streams.length === 1, 2_000)
  const data = 'x'.repeat(32 * 1024)
  // What the network between holds is not ours to bound.
  for (let i = 0; i < 1_000 && ended.length === 0; i++) {
    streams[0]?.send({ event: 'flood', data })
    await sleep(0)
  }
  assert.equal(ended.length, 1)
  assert.equal(streams[0]?.isDrained(), false)
  streams[0]?.send({ event: 'late', data })
  socket.destroy()
})

test('a client that stopped taking is cut off by the heartbeat, also when little waits for it', async () => {
  const { port, streams, ended } = await startServer({ heartbeatMs: 50, unreadMaxBytes: Infinity })
  const socket = connect(port, '127.0.0.1').pause()
  socket.write('GET /events HTTP/1.1\r\nHost: x\r\n\r\n')
  await waitUntil(() => streams.length === 1, 2_000)
  while (streams[0]?.isDrained()) {
    streams[0].send({ event: 'flood', data: 'x'.repeat(512 * 1024) })
    await sleep(10)
  }
  await waitUntil(() => ended.length === 1, 2_000)
  socket.destroy()
})

test('when the service stops, streams end at once and nothing waits for them', async () => {
  const { app, port, ended } = await startServer()
  const listeners = await Promise.all([listen(port), listen(port), listen(port)])
  const beganAt = performance.now()
  await app.close()
  assert.ok(performance.now() - beganAt < 700, `${performance.now() - beganAt} ms`)
  await Promise.all(listeners.map(({ isOver }) => isOver))
  assert.equal(ended.length, 3)
})

test('open streams are no requests in progress', async () => {
  const { app } = await startServer({ streamsMax: 2_100 })
  const answers = await Promise.all(
    Array.from({ length: 2_050 }, () => app.inject({ url: '/events', payloadAsStream: true })),
  )
  assert.ok(answers.every(({ statusCode }) => statusCode === 200))
  assert.equal((await app.inject('/plain')).statusCode, 200)
})
