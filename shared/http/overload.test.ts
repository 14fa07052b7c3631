import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
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
