import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { loadConfig as loadBookingConfig } from '#booking/config.ts'
import { loadConfig as loadCrmConfig } from '#crm/config.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { exchange } from '#harness/clients/raw-socket.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'

// Who may speak to a service, and what the answers say about being kept.

const FOREIGN = ['evil.example', 'evil.example:8000', '127.0.0.1.evil.example', 'localhost.evil.example']
const OWN = ['localhost', 'LOCALHOST:8000', 'localhost.', '127.0.0.1:8000', '[::1]:8000', '192.168.1.20:8000']
const OWN_NAMES = ['crm:8003', 'app.localhost:5173', 'studio.example:8000']

let booking: TestBooking
let crm: TestCrm
let token: string

before(async () => {
  const env = { PUBLIC_URL: 'https://studio.example/' }
  booking = await startTestBooking({ env })
  crm = await startTestCrm({ env })
  token = (await aUser(booking.deps)).token
  await booking.app.listen({ host: '127.0.0.1', port: 0 })
})
after(async () => {
  await booking.close()
  await crm.close()
})

test('while developing, a service answers to names of this machine and its network only', async () => {
  for (const { request } of [booking, crm]) {
    for (const host of FOREIGN)
      for (const path of ['/health', '/api/bookings', '/metrics', '/nothing', '/docs/']) {
        const { status, body } = await request('GET', path, { headers: { host } })
        assert.deepEqual([status, body.code], [421, 'unknown_host'], `${host}${path}`)
        assert.match(body.error, /PUBLIC_URL/)
      }
    for (const host of [...OWN, ...OWN_NAMES])
      assert.equal((await request('GET', '/health', { headers: { host } })).status, 200, host)
  }
})

test('a foreign name gets nothing that lies ready either', async () => {
  await anEvent(booking.deps)
  const { port } = booking.app.server.address() as AddressInfo
  const ask = async (host: string) => {
    const head = `GET /api/events/ HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n`
    return (await exchange(port, `${head}Connection: close\r\n\r\n`)).statuses[0]
  }
  const hosts = ['localhost', 'localhost', 'evil.example', 'localhost', 'evil.example']
  const statuses = []
  for (const host of hosts) statuses.push(await ask(host))
  assert.deepEqual(statuses, [200, 200, 421, 200, 421])
})

test('in production the name is the proxy’s business', () => {
  assert.equal(loadBookingConfig({}).isLocalOnly, true)
  const env = {
    FLASK_ENV: 'production',
    JWT_SECRET_KEY: 'a-secret-of-at-least-thirty-two-bytes',
    CRM_BEARER_TOKEN: 'a-token-that-is-just-as-long-as-that-one',
  }
  assert.equal(
    loadBookingConfig({ ...env, CRM_SERVICE_URL: 'http://crm:8003', MAIL: 'off' }).isLocalOnly,
    false,
  )
  assert.equal(loadCrmConfig(env).isLocalOnly, false)
})

test('while developing, pages of this machine may call, at any port, and no others', async () => {
  const allowed = async ({ request }: Pick<TestBooking, 'request'>, origin: string) =>
    (await request('GET', '/health', { headers: { origin } })).headers['access-control-allow-origin']
  for (const service of [booking, crm]) {
    for (const origin of ['http://localhost:5173', 'http://localhost', 'http://127.0.0.1:3000'])
      assert.equal(await allowed(service, origin), origin)
    for (const origin of [
      'https://evil.example',
      'http://localhost.evil.example',
      'http://localhost:80.evil.example',
      'http://evil.example:8000',
      'http://127.0.0.1.evil.example:80',
      'http://xlocalhost:80',
      'null',
    ])
      assert.equal(await allowed(service, origin), undefined, origin)
  }
})

test('figures are told to the machine itself, or for the token', async () => {
  for (const { request } of [booking, crm]) {
    assert.equal((await request('GET', '/metrics')).status, 200)
    for (const header of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']) {
      const { status, body, headers } = await request('GET', '/metrics', {
        headers: { [header]: '10.0.0.1' },
      })
      assert.deepEqual([status, body.code, headers['www-authenticate']], [401, 'metrics_closed', 'Bearer'])
    }
  }
  const METRICS_TOKEN = 'a-token-for-figures-0123456789-abcdef'
  const env = { METRICS_TOKEN }
  const [closedBooking, closedCrm] = [await startTestBooking({ env }), await startTestCrm({ env })]
  for (const { request } of [closedBooking, closedCrm]) {
    assert.equal((await request('GET', '/metrics', { token: METRICS_TOKEN })).status, 200)
    const proxied = { 'x-forwarded-for': '10.0.0.1' }
    assert.equal((await request('GET', '/metrics', { token: METRICS_TOKEN, headers: proxied })).status, 200)
    for (const wrong of [undefined, 'wrong', `${METRICS_TOKEN}x`, TEST_CRM_TOKEN])
      assert.equal((await request('GET', '/metrics', { token: wrong })).status, 401)
    for (const path of ['/health', '/ready']) assert.equal((await request('GET', path)).status, 200)
  }
  await closedBooking.close()
  await closedCrm.close()
})

test('no cache keeps what was answered to one caller, nor a refusal', async () => {
  const event_id = await anEvent(booking.deps)
  const { body: booked } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.ok(booked.booking.id)
  const mine = [
    '/api/auth/profile',
    '/api/bookings/',
    '/api/events/',
    '/api/auth/export',
    '/api/bookings/waitlist',
  ]
  for (const path of [...mine, '/nothing', '/api/bookings/0', '/health'])
    assert.equal((await booking.request('GET', path, { token })).headers['cache-control'], 'no-store', path)
  const credentials = { email: 'a@example.com', password: 'no such password' }
  const refused = await booking.request('POST', '/api/auth/login', { body: credentials })
  assert.deepEqual([refused.status, refused.headers['cache-control']], [401, 'no-store'])
  for (const path of ['/api/bookings', '/api/bookings?format=csv', '/api/facilitators/1/dashboard'])
    assert.equal(
      (await crm.request('GET', path, { token: TEST_CRM_TOKEN })).headers['cache-control'],
      'no-store',
      path,
    )
  const open = async (path: string) => (await booking.request('GET', path)).headers['cache-control']
  assert.equal(await open('/api/settings'), 'no-cache')
  assert.equal(await open('/api/programme'), 'public, max-age=5, stale-while-revalidate=30')
  assert.equal(await open('/api/programme/0'), 'no-store')
  const file = await booking.request('GET', `/api/events/${event_id}/calendar.ics`, { token })
  assert.equal(file.headers['cache-control'], 'private, no-cache')
})

test('links are made from PUBLIC_URL, whatever a request or a proxy calls the service', async () => {
  const headers = { host: '127.0.0.1', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }
  const { body } = await booking.request('POST', '/api/bookings/calendar-token', { token, headers })
  assert.match(body.url, /^https:\/\/studio\.example\/api\/bookings\/calendar\.ics\?token=/)

  const plain = await startTestBooking()
  const { token: theirs } = await aUser(plain.deps)
  const { body: unset } = await plain.request('POST', '/api/bookings/calendar-token', {
    token: theirs,
    headers,
  })
  assert.match(unset.url, /^http:\/\/127\.0\.0\.1\/api\//, 'nobody is trusted to forward')
  await plain.close()
})
