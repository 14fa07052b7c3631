import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { createCrmClient } from '#booking/crm-link/outbox/crm-client.ts'
import { deliverDue } from '#booking/crm-link/outbox/outbox-relay.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { ask } from '#harness/clients/ask.ts'
import { startStub } from '#harness/clients/stub-server.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { type ServiceProcess, startService } from '#harness/world/service-process.ts'

const MADE = /^[0-9a-f]{16}-[0-9a-z]+$/

/** A CRM that notes what it is asked with, and may be away. */
const asked: { path: string; requestId: string | undefined; body: { request_ids?: string[] } }[] = []
let isAway = false
async function answer(request: IncomingMessage, response: ServerResponse) {
  const sent = await text(request)
  if (isAway) return void response.writeHead(503).end()
  const body = sent === '' ? {} : JSON.parse(sent)
  asked.push({ path: request.url ?? '', requestId: request.headers['x-request-id'] as string, body })
  const results = body.notifications?.map(({ booking_id }: { booking_id: number }) => ({
    booking_id,
    status: 'success',
  }))
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ notification_id: 1, results }))
}

let crm: Awaited<ReturnType<typeof startStub>>
let booking: TestBooking

before(async () => {
  crm = await startStub(answer)
  booking = await startTestBooking({ deps: { crmClient: createCrmClient(crm.url, 'token') } })
})
after(async () => {
  await booking.close()
  await crm.close()
})

async function book(requestId?: string) {
  const { token } = await aUser(booking.deps)
  const body = { event_id: await anEvent(booking.deps) }
  const headers = requestId === undefined ? {} : { 'x-request-id': requestId }
  return booking.request('POST', '/api/bookings/', { token, body, headers })
}

const idOf = async (headers: Record<string, string>, url = '/health') =>
  String((await booking.request('GET', url, { headers })).headers['x-request-id'])

test('an id that is plain is kept, any other replaced, and every answer says which it is', async () => {
  for (const given of ['a', 'Proxy-1.2_3', '0af7651916cd43dd8448eb211c80319c', 'x'.repeat(64)])
    assert.equal(await idOf({ 'x-request-id': given }), given)
  // biome-ignore format: a list to look through
  const bad = [
    '', ' ', 'x'.repeat(65), '-a', 'a b', 'a,b', 'a"b', 'a\tb', '<a>', 'ä', '{"a":1}', '../a', 'a;b',
  ]
  const made = new Set<string>()
  for (const given of bad) made.add(await idOf({ 'x-request-id': given }))
  made.add(await idOf({}))
  for (const path of ['/nothing', '/%zz', '/api/bookings/', '/docs/']) made.add(await idOf({}, path))
  assert.equal(made.size, bad.length + 5)
  for (const id of made) assert.match(id, MADE)
})

test('answers that lie ready carry the id of their own request', async () => {
  await booking.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = booking.app.server.address() as AddressInfo
  const { token } = await aUser(booking.deps)
  const look = async (headers = {}) =>
    (await ask('GET', `http://127.0.0.1:${port}/api/events/`, { token, headers })).headers.get('x-request-id')
  const ids = [await look(), await look(), await look()]
  assert.equal(new Set(ids).size, 3)
  assert.equal(await look({ 'x-request-id': 'mine' }), 'mine')
  assert.match(String(await look({ 'x-request-id': 'not mine' })), MADE)
})

test('the CRM is told on whose behalf', async () => {
  assert.equal((await book('told-at-once')).body.crm_notified, true)
  assert.deepEqual(asked.at(-1)?.requestId, 'told-at-once')
})

test('what is delivered later goes by the id of the request that caused it', async () => {
  isAway = true
  assert.equal((await book('left-waiting')).body.crm_notified, false)
  isAway = false
  booking.clock.advance(60)
  const { delivered } = await deliverDue(booking.deps)
  assert.equal(delivered, 1)
  assert.equal(asked.at(-1)?.requestId, 'left-waiting')
})

test('several together have an id of their own, and name those that they come from', async () => {
  isAway = true
  for (const id of ['first', 'second', 'third']) await book(id)
  isAway = false
  booking.clock.advance(60)
  // One finds out whether the CRM is back, the rest follows.
  for (let i = 0; i < 3; i++) await deliverDue(booking.deps)
  const batch = asked.at(-1)
  assert.equal(batch?.path, '/api/notify/batch')
  assert.match(batch?.requestId ?? '', MADE)
  assert.deepEqual(batch?.body.request_ids?.toSorted(), ['second', 'third'])
})

test('cancelling, and whatever else tells the CRM, carries the id too', async () => {
  const { body } = await book('booked')
  const { rows } = await booking.deps.databases.pool.query('select user_id from bookings where id = $1', [
    body.booking.id,
  ])
  const user = await booking.deps.db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', rows[0].user_id)
    .executeTakeFirstOrThrow()
  const token = await booking.deps.identity.sessions.issue('access', user)
  await booking.request('PUT', `/api/bookings/${body.booking.id}/cancel`, {
    token,
    headers: { 'x-request-id': 'bye' },
  })
  await waitUntil(() => asked.some(({ requestId }) => requestId === 'bye'), 5_000)
})

test('one id is found in the lines of both services', async (t) => {
  const theirs: ServiceProcess = await startService('crm', { LOG_LEVEL: 'debug' })
  t.after(() => theirs.stop())
  const ours = await startService('booking', {
    LOG_LEVEL: 'debug',
    CRM_SERVICE_URL: theirs.url,
    DEMO_DATA: 'on',
  })
  t.after(() => ours.stop())
  const login = { email: 'john.doe@example.com', password: 'demo-password-123' }
  const token = (await ask('POST', `${ours.url}/api/auth/login`, { body: login })).body.access_token
  const page = await ask('GET', `${ours.url}/api/events/?per_page=50`, { token })
  for (const { id } of page.body.events) {
    const options = { token, body: { event_id: id }, headers: { 'x-request-id': 'the-one' } }
    if ((await ask('POST', `${ours.url}/api/bookings/`, options)).status === 201) break
  }
  const lines = ({ output }: ServiceProcess) =>
    output()
      .split('\n')
      // The last one may not be complete yet.
      .slice(0, -1)
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .filter(({ request }) => request === 'the-one')
  // A line is written after its answer, and comes here through a pipe.
  const isSaid = (service: ServiceProcess, wanted: { path: string; status: number }) => () =>
    lines(service).some(({ path, status }) => path === wanted.path && status === wanted.status)
  await waitUntil(isSaid(ours, { path: '/api/bookings/', status: 201 }), 5_000)
  await waitUntil(isSaid(theirs, { path: '/api/notify', status: 200 }), 5_000)
})
