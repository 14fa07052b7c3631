import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import { waitUntil } from '#testing/stillpoint-process.ts'
import { createLoadShedder } from './overload.ts'

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

test('whoever comes on top is told when to come back, until somebody has left; operators are answered', async () => {
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

test('a crowd may come in; when it is served too slowly for a second, nobody else may until it is faster', async () => {
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
