import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import type { App } from './app.ts'
import { addFastLane } from './fast-lane/fast-lane.ts'
import { serveReadiness } from './ready.ts'
import { sendJson } from './responses/send-json.ts'
import { createServer } from './server.ts'

const TOKEN = 'known'

let isDatabaseThere = true
let app: App
let port: number
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const doors: (() => void)[] = []

before(async () => {
  app = await createServer({ log: pino({ level: 'silent' }), corsOrigins: [], trustProxy: [] })
  addFastLane(app, { recognises: (token) => token === TOKEN })
  serveReadiness(app, async () => isDatabaseThere)
  app.get('/page', (_request, reply) => sendJson(reply, '{}', () => '{}'))
  app.get('/slow', () => new Promise((resolve) => doors.push(() => resolve({}))))
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})
after(() => agent.destroy())

async function ask(path: string) {
  const headers = { authorization: `Bearer ${TOKEN}` }
  const outgoing = request({ port, host: '127.0.0.1', path, agent, headers }).end()
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  let text = ''
  for await (const part of answer.setEncoding('utf8')) text += part
  const { statusCode: status, headers: answered } = answer
  return { status, body: JSON.parse(text), connection: answered.connection, headers: answered }
}

test('it is ready while its database answers', async () => {
  const ready = await ask('/ready')
  assert.deepEqual([ready.status, ready.body], [200, { status: 'ready' }])
  isDatabaseThere = false
  const refused = await ask('/ready')
  isDatabaseThere = true
  assert.deepEqual([refused.status, refused.body.code], [503, 'database_unavailable'])
  assert.equal(typeof refused.body.error, 'string')
  assert.ok(refused.headers['retry-after'])
})

test('told to stop, it is not ready at once, serves on, and asks clients to come back on another connection', async () => {
  const before = [await ask('/page'), await ask('/page'), await ask('/ready')]
  assert.deepEqual(
    before.map(({ connection }) => connection),
    ['keep-alive', 'keep-alive', 'keep-alive'],
  )
  const slow = ask('/slow')
  while (doors.length === 0) await once(app.server, 'request')
  app.drain.begin()
  doors[0]?.()
  assert.equal((await slow).status, 200)
  const { status, body, connection } = await ask('/ready')
  assert.deepEqual([status, body.code, connection], [503, 'stopping', 'close'])
  // The second one would come from the fast lane.
  for (let i = 0; i < 2; i++) {
    const page = await ask('/page')
    assert.deepEqual([page.status, page.connection], [200, 'close'])
  }
  assert.equal((await ask('/nothing')).connection, 'close')
})

test('requests that are under way when it closes are answered', async () => {
  const slow = ask('/slow')
  await once(app.server, 'request')
  const closed = app.close()
  setTimeout(() => doors.at(-1)?.(), 300)
  const { status, connection } = await slow
  assert.deepEqual([status, connection], [200, 'close'])
  await closed
})

test('behind a balancer, idle connections stay until it has closed them itself', async () => {
  const own = await createServer({
    log: pino({ level: 'silent' }),
    corsOrigins: [],
    trustProxy: [],
    drainSeconds: 1,
  })
  own.get('/page', () => ({}))
  await own.listen({ host: '127.0.0.1', port: 0 })
  const { port: at } = own.server.address() as AddressInfo
  const kept = new Agent({ keepAlive: true, maxSockets: 1 })
  const askOwn = async () => {
    const [answer] = await once(
      request({ port: at, host: '127.0.0.1', path: '/page', agent: kept }).end(),
      'response',
    )
    answer.resume()
    await once(answer, 'end')
    return answer.statusCode
  }
  assert.equal(await askOwn(), 200)
  const closing = own.close()
  await new Promise((resolve) => setTimeout(resolve, 1_800))
  assert.equal(await askOwn(), 200, 'as long as nginx and HAProxy keep them')
  await closing
  kept.destroy()
})
