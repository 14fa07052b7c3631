import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { figure, readSamples } from '#harness/clients/read-metrics.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { badRequest, declined, unavailable } from '#shared/errors/app-error.ts'
import type { App } from '#shared/http/app.ts'
import { addFastLane } from '#shared/http/fast-lane/fast-lane.ts'
import { sendJson } from '#shared/http/responses/send-json.ts'
import { sendFile } from '#shared/http/responses/send-table.ts'
import { createServer } from '#shared/http/server.ts'

const REQUESTS = 'stillpoint_http_requests_total'
const TIMED = 'stillpoint_http_request_duration_seconds_count'

const registry = new Registry()
let app: App
let port: number

before(async () => {
  const log = pino({ level: 'silent' })
  app = await createServer({ log, corsOrigins: [], trustProxy: [], registry })
  addFastLane(app, { recognises: () => true })
  app.get('/things/:id', async () => ({ thing: 1 }))
  app.get('/wrong', async () => {
    throw badRequest('wrong', 'Wrong.')
  })
  app.get('/not-set-up', async () => {
    throw declined('not_set_up', 'This is not set up here.', 3_600)
  })
  app.get('/away', async () => {
    throw unavailable('away', 'Later, please.')
  })
  app.get('/ready-made', async (_request, reply) => sendJson(reply, '{}', () => '{}'))
  app.get('/export', { config: { isExport: true } }, (_request, reply) =>
    sendFile(reply, { kind: 'csv', separator: ',' }, 'a', rows()),
  )
  app.get('/slow', () => sleep(500, {}))
  app.get('/stream', { config: { isEventStream: true } }, async (_request, reply) => {
    reply.openEventStream()
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})
after(() => app.close())

async function* rows() {
  yield 'a,b\r\n'
}

const url = (path: string) => `http://127.0.0.1:${port}${path}`
const headers = { authorization: 'Bearer x' }

/** Asks, reads the answer and returns its status. */
async function ask(path: string, options: RequestInit = {}): Promise<number> {
  const answer = await fetch(url(path), { headers, ...options })
  await answer.arrayBuffer()
  return answer.status
}

const count = async (name: string, labels: Record<string, string> = {}) =>
  figure(await registry.metrics(), name, labels) ?? 0

test('requests are counted and timed by route, method and class of status', async () => {
  for (const id of [1, 2, 3]) assert.equal(await ask(`/things/${id}?secret=${id}`), 200)
  assert.equal(await ask('/wrong'), 400)
  const things = { method: 'GET', route: '/things/:id', status: '2xx' }
  assert.deepEqual([await count(REQUESTS, things), await count(TIMED, things)], [3, 3])
  assert.equal(await count(REQUESTS, { route: '/wrong', status: '4xx' }), 1)
  const seconds = await count('stillpoint_http_request_duration_seconds_sum', things)
  assert.ok(seconds > 0 && seconds < 3, `${seconds} s`)
})

test('what is declined is no failure, what cannot be done is one', async () => {
  for (const path of ['/not-set-up', '/away']) assert.equal(await ask(path), 503)
  const of = (route: string, status: string) => count(REQUESTS, { route, status })
  assert.deepEqual([await of('/not-set-up', 'declined'), await of('/not-set-up', '5xx')], [1, 0])
  assert.deepEqual([await of('/away', 'declined'), await of('/away', '5xx')], [0, 1])
})

test('whatever address is asked for, there are no more routes than were written', async () => {
  for (let i = 0; i < 20; i++) assert.equal(await ask(`/invented/${i}`), 404)
  const routes = new Set(readSamples(await registry.metrics()).map(({ labels }) => labels.route))
  assert.equal(await count(REQUESTS, { route: 'unknown', status: '4xx' }), 20)
  assert.ok([...routes].every((route) => !route?.includes('invented') && !route?.includes('secret')))
})

test('answers that lay ready are counted too, and not timed', async () => {
  for (let i = 0; i < 5; i++) assert.equal(await ask('/ready-made'), 200)
  const route = '/ready-made'
  assert.equal(await count(REQUESTS, { route, status: '2xx' }), 5)
  assert.equal(await count('stillpoint_http_ready_answers_total', { route }), 4)
  assert.equal(await count(TIMED, { route }), 1)
  // Asking for figures does not use them up.
  assert.equal(await count('stillpoint_http_ready_answers_total', { route }), 4)
})

test('a stream is counted when it ends, tells that it is open, and lasts no time', async () => {
  const request = get(url('/stream'), { agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(await count('stillpoint_http_streams_open'), 1)
  response.destroy()
  await waitUntil(async () => (await count(REQUESTS, { route: '/stream' })) === 1, 2_000)
  assert.deepEqual(
    [await count('stillpoint_http_streams_open'), await count(TIMED, { route: '/stream' })],
    [0, 0],
  )
})

test('a request whose client does not wait for the answer is counted as such', async () => {
  await assert.rejects(fetch(url('/slow'), { signal: AbortSignal.timeout(50) }))
  await waitUntil(async () => (await count(REQUESTS, { route: '/slow', status: 'aborted' })) === 1, 2_000)
})

test('an export is counted, and takes as long as its reader', async () => {
  assert.equal(await ask('/export'), 200)
  assert.deepEqual(
    [await count(REQUESTS, { route: '/export' }), await count(TIMED, { route: '/export' })],
    [1, 0],
  )
})

test('the process tells what it costs and how late it is', async () => {
  const until = performance.now() + 300
  while (performance.now() < until);
  await waitUntil(async () => (await count('stillpoint_event_loop_lag_seconds_sum')) > 0.15, 2_000)
  assert.equal(await count('stillpoint_processes'), 1)
  assert.ok((await count('process_resident_memory_bytes')) > 20e6)
  assert.ok((await count('process_cpu_seconds_total')) > 0.2)
  assert.ok((await count('stillpoint_event_loop_busy_seconds_total')) > 0.2)
  assert.ok(Math.abs((await count('process_start_time_seconds')) - Date.now() / 1_000) < 60)
})
