import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify, { type FastifyInstance } from 'fastify'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { createLoadShedder } from './load-shedder.ts'

let isDraining = false
const shedder = createLoadShedder(2, () => isDraining)
const app = Fastify({ serverFactory: (listener) => createServer(shedder.before(listener)) })
const doors: (() => void)[] = []
let url: string

before(async () => {
  shedder.countOn(app)
  app.get('/slow', () => new Promise<object>((resolve) => doors.push(() => resolve({ served: true }))))
  app.get('/health', { config: { isVital: true } }, async () => ({ status: 'healthy' }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
})
after(() => app.close())

test('a request beyond the limit gets 503 with Retry-After, until another one is finished; operators are answered', async () => {
  const inside = [fetch(`${url}/slow`), fetch(`${url}/slow`)]
  while (doors.length < 2) await sleep(5)
  const refused = await fetch(`${url}/slow`)
  const { error, code } = (await refused.json()) as { error: string; code: string }
  assert.deepEqual([refused.status, typeof error, code], [503, 'string', 'too_busy'])
  assert.equal(refused.headers.get('retry-after'), '1')
  assert.equal(refused.headers.get('x-content-type-options'), 'nosniff')
  assert.ok(refused.headers.get('x-request-id'))
  assert.equal(refused.headers.get('connection'), 'keep-alive')
  isDraining = true
  assert.equal((await fetch(`${url}/slow`)).headers.get('connection'), 'close')
  for (const path of ['/health', '/health?from=a-balancer'])
    assert.equal((await fetch(`${url}${path}`)).status, 200, path)

  for (const open of doors.splice(0)) open()
  assert.deepEqual(await Promise.all(inside.map(async (answer) => (await answer).status)), [200, 200])
  await sleep(20)
  const next = fetch(`${url}/slow`)
  while (doors.length < 1) await sleep(5)
  doors[0]?.()
  assert.equal((await next).status, 200)
})

test('while nothing is finished, new requests are queued and then refused, until the throughput recovers', async () => {
  const rooms: (() => void)[] = []
  const shedder = createLoadShedder()
  const crowded = Fastify({ serverFactory: (listener) => createServer(shedder.before(listener)) })
  shedder.countOn(crowded)
  crowded.get('/slow', () => new Promise<object>((resolve) => rooms.push(() => resolve({ served: true }))))
  await crowded.listen({ host: '127.0.0.1', port: 0 })
  const address = `http://127.0.0.1:${(crowded.server.address() as AddressInfo).port}/slow`

  const crowd = Array.from({ length: 300 }, () => fetch(address))
  await waitUntil(() => rooms.length === 300, 10_000)
  // It looks at its pace when somebody comes.
  let isRefused = false
  await waitUntil(async () => {
    const late = fetch(address)
    const served = rooms.length
    late.then(({ status }) => {
      isRefused = status === 503
    })
    await waitUntil(() => isRefused || rooms.length > served, 5_000)
    if (!isRefused) crowd.push(late)
    await sleep(60)
    return isRefused
  }, 10_000)
  for (const leave of rooms) leave()
  const statuses = await Promise.all(crowd.map(async (answer) => (await answer).status))
  assert.ok(statuses.every((status) => status === 200))

  const next = fetch(address)
  await waitUntil(() => rooms.length > statuses.length, 10_000)
  rooms.at(-1)?.()
  assert.equal((await next).status, 200)
  await crowded.close()
})

test('those who were refused are counted by method, and each once', async () => {
  shedder.takeRefused()
  doors.length = 0
  const inside = [fetch(`${url}/slow`), fetch(`${url}/slow`)]
  while (doors.length < 2) await sleep(5)
  for (const method of ['GET', 'GET', 'POST'])
    assert.equal((await fetch(`${url}/slow`, { method })).status, 503)
  assert.deepEqual(shedder.takeRefused(), [
    ['GET', 2],
    ['POST', 1],
  ])
  assert.deepEqual(shedder.takeRefused(), [])
  for (const open of doors.splice(0)) open()
  await Promise.all(inside)
})

test('a request whose body is awaited, or whose answer is not read, does not count', async () => {
  const shedder = createLoadShedder(1)
  const app = Fastify({ serverFactory: (listener) => createServer(shedder.before(listener)) })
  shedder.countOn(app)
  app.addHook('onRequest', async ({ headers }, reply) => {
    if (headers.authorization === 'wrong') return reply.code(401).send({})
  })
  app.post('/echo', async ({ body }) => body)
  app.get('/large', (_request, reply) => reply.send(Buffer.alloc(64 * 1024 * 1024)))
  app.get('/none', async () => ({}))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const head = 'Host: x\r\nContent-Type: application/json\r\n'
  const slow: Record<string, string> = {
    'a body that never comes': `POST /echo HTTP/1.1\r\n${head}Content-Length: 60\r\n\r\n`,
    'half a body': `POST /echo HTTP/1.1\r\n${head}Content-Length: 60\r\n\r\n{`,
    'half a chunk': `POST /echo HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n9\r\n{`,
    'a body that is asked for': `POST /echo HTTP/1.1\r\n${head}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n`,
    'a body for nobody': `POST /nowhere HTTP/1.1\r\n${head}Content-Length: 60\r\n\r\n`,
    'a body that was refused': `POST /echo HTTP/1.1\r\n${head}Authorization: wrong\r\nContent-Length: 60\r\n\r\n`,
    'an answer that is not taken': `GET /large HTTP/1.1\r\n${head}\r\n`,
    'a body for a GET': `GET /none HTTP/1.1\r\n${head}Content-Length: 60\r\n\r\n`,
  }
  const sockets = []
  for (const [name, bytes] of Object.entries(slow)) {
    const arrived = once(app.server, bytes.includes('Expect') ? 'checkContinue' : 'request')
    if (bytes.includes('Expect'))
      app.server.once('checkContinue', (request, response) => {
        response.writeContinue()
        app.server.emit('request', request, response)
      })
    const socket = connect(port, '127.0.0.1').pause()
    sockets.push(socket)
    socket.write(bytes)
    await arrived
    await sleep(20)
    assert.equal((await fetch(`http://127.0.0.1:${port}/none`)).status, 200, name)
  }
  for (const socket of sockets) socket.destroy()
  await app.close()
})

test('a handler whose client has left is still at work', async () => {
  const shedder = createLoadShedder(1)
  const app = Fastify({ serverFactory: (listener) => createServer(shedder.before(listener)) })
  shedder.countOn(app)
  const { promise, resolve } = Promise.withResolvers<object>()
  app.get('/slow', () => promise)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(app.server, 'request')
  socket.destroy()
  await sleep(50)
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/nothing`)).status
  assert.equal(await ask(), 503)
  resolve({})
  await sleep(20)
  assert.equal(await ask(), 404)
  await app.close()
})

async function startBusy(work: () => Promise<unknown>) {
  const shedder = createLoadShedder()
  const app = Fastify({ serverFactory: (listener) => createServer(shedder.before(listener)) })
  shedder.countOn(app)
  app.get('/work', async () => {
    await work()
    return {}
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/work`
  const ask = async () => {
    const answer = await fetch(url)
    await answer.arrayBuffer()
    return answer.status
  }
  return { ask, close: () => app.close() }
}

test('of a thousand who come at once nobody is refused', async () => {
  const busy = await startBusy(() => sleep(200))
  const statuses = await Promise.all(Array.from({ length: 990 }, busy.ask))
  await busy.close()
  assert.deepEqual([...new Set(statuses)], [200])
})

/** The shedder without sockets, which would cost more than what is tested: an admitted request is in progress until `finish`. */
function simulate() {
  const shedder = createLoadShedder()
  const hooks: Record<string, (...given: unknown[]) => void> = {}
  const app = {
    decorateRequest() {},
    addHook: (name: string, hook: () => void) => {
      hooks[name] = hook
    },
  }
  shedder.countOn(app as unknown as FastifyInstance)
  const working: { sentAt: number; request: object }[] = []
  const waits: number[] = []
  let refused = 0
  const enter = shedder.before((raw) => {
    const request = { raw, isAtWork: false, routeOptions: { url: '/work', config: {} } }
    hooks.onRequest?.(request, { raw: new EventEmitter() }, () => {})
    working.push({ sentAt: Number(raw.headers.date), request })
  })
  return {
    refused: () => refused,
    waits,
    offer() {
      const request = { method: 'GET', url: '/work', headers: { date: String(performance.now()) } }
      const response = Object.assign(new EventEmitter(), { writeHead: () => refused++, end() {} })
      enter(request as unknown as IncomingMessage, response as unknown as ServerResponse)
    },
    /** False when nobody is at work. */
    finish(): boolean {
      const first = working.shift()
      if (!first) return false
      hooks.onSend?.(first.request, { statusCode: 200 }, '', () => {})
      waits.push(performance.now() - first.sentAt)
      return true
    },
  }
}

test('when far more keep coming than are finished, those who do not fit are refused, and the rest is served', async () => {
  const busy = simulate()
  const beganAt = performance.now()
  let servedInCrowd = 0
  let offered = 0
  for (let ms = 0; ms < 3_000; ms = performance.now() - beganAt) {
    // One each millisecond.
    while (busy.waits.length < ms && busy.finish());
    // Six each millisecond, however seldom the machine lets this loop run.
    for (; offered < ms * 6; offered++) busy.offer()
    if (ms < 2_000) servedInCrowd = busy.waits.length
    await sleep(5)
  }
  const late = busy.waits.slice(servedInCrowd)
  assert.ok(late.length > 500, `${late.length} served`)
  assert.ok(busy.refused() > busy.waits.length * 2, `${busy.refused()} refused`)
  // How long those who are served wait is a matter of the machine: row R17 measures it.
})
