import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import type { UserRow } from '#booking/database/user.table.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'

/** A fake CRM with answers set by the tests. With the real one: testing/crm-access.test.ts. */

const TOKEN = 'the-token-of-the-crm-that-nobody-may-see'

let crm: Server
let booking: TestBooking
let handle: (request: IncomingMessage, response: ServerResponse, body: string) => void
const calls: { method: string; url: string; authorization: string | undefined; body: string }[] = []

before(async () => {
  crm = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { method = '', url = '', headers } = request
    calls.push({ method, url, authorization: headers.authorization, body })
    handle(request, response, body)
  })
  await new Promise<void>((resolve) => crm.listen(0, '127.0.0.1', resolve))
  const CRM_SERVICE_URL = `http://127.0.0.1:${(crm.address() as AddressInfo).port}`
  booking = await startTestBooking({ env: { CRM_SERVICE_URL, CRM_BEARER_TOKEN: TOKEN } })
})
beforeEach(() => {
  calls.length = 0
  handle = (_request, response) => json(response, 404, { error: 'Not found' })
})
after(async () => {
  await booking.close()
  crm.closeAllConnections()
  crm.close()
})

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function aLeader(): Promise<UserRow & { token: string; facilitator_id: number }> {
  const user = await aUser(booking.deps, { first_name: 'Lea', last_name: 'Der' })
  return { ...user, facilitator_id: (await aFacilitator(booking.deps, { user_id: user.id })).id }
}

const ask = (id: number | string, path: string, token: string | undefined) =>
  booking.request('GET', `/api/facilitators/${id}/${path}`, { token })

const aCrmBooking = (facilitator_id: number, overrides: object = {}) => ({
  id: 1,
  booking_id: 7,
  user: { id: 1, email: 'user@example.com', name: 'John Doe', phone: null },
  event: { id: 1, title: 'Morning Meditation Session', type: 'session' },
  facilitator_id,
  received_at: '2024-01-01T12:00:00',
  status: 'received',
  crm_status: 'new',
  ...overrides,
})

const aDashboard = (facilitator_id: number) => ({
  facilitator_id,
  summary: {
    total_bookings: 1,
    session_bookings: 1,
    retreat_bookings: 0,
    recent_bookings_count: 1,
    unique_events: 1,
    unique_users: 1,
  },
  popular_events: [],
  recent_bookings: [],
  booking_trends: { sessions_vs_retreats: { sessions: 1, retreats: 0 } },
  generated_at: '2024-01-01T12:00:00',
})

const PATHS = [
  'dashboard',
  'crm/bookings',
  'crm/bookings?format=csv',
  'crm/bookings?format=xlsx',
  'crm/bookings/7',
  'crm/bookings/7/history',
  'crm/stream',
]

test('the dashboard has what the CRM says and the events that are not over, and the token stays here', async () => {
  const { token, facilitator_id } = await aLeader()
  const event_id = await anEvent(booking.deps, {
    facilitator_id,
    location: 'The Attic',
    timezone: 'Asia/Kathmandu',
    max_participants: 3,
    current_participants: 2,
  })
  const begun = new Date(booking.clock.now().getTime() - 60_000)
  const onNow = await anEvent(booking.deps, { facilitator_id, start_datetime: begun })
  const over = { start_datetime: new Date(begun.getTime() - 60_000), end_datetime: booking.clock.now() }
  await anEvent(booking.deps, { facilitator_id, ...over })
  await anEvent(booking.deps, { facilitator_id, status: 'CANCELLED' })
  handle = (_request, response) => json(response, 200, aDashboard(facilitator_id))
  const { status, body, headers } = await ask(facilitator_id, 'dashboard', token)
  assert.equal(status, 200)
  const { upcoming, ...dashboard } = body
  assert.deepEqual(dashboard, aDashboard(facilitator_id))
  assert.deepEqual(
    upcoming.map(({ id, fill_rate, waiting }: { id: number; fill_rate: number; waiting: number }) => [
      id,
      fill_rate,
      waiting,
    ]),
    [
      [onNow, 0, 0],
      [event_id, 0.67, 0],
    ],
  )
  const { location, timezone } = upcoming[1]
  assert.deepEqual([location, timezone], ['The Attic', 'Asia/Kathmandu'])
  assert.deepEqual(
    calls.map(({ method, url }) => [method, url]),
    [['GET', `/api/facilitators/${facilitator_id}/dashboard`]],
  )
  assert.equal(calls[0]?.authorization, `Bearer ${TOKEN}`)
  assert.ok(!JSON.stringify([body, headers]).includes(TOKEN))
})

test('it is for the facilitator and for admins: for others the CRM is not called', async () => {
  const [leader, other] = [await aLeader(), await aLeader()]
  const attendee = await aUser(booking.deps)
  const retired = await aUser(booking.deps)
  const { id } = await aFacilitator(booking.deps, { user_id: retired.id, is_active: false })
  for (const path of PATHS) {
    assert.equal((await ask(leader.facilitator_id, path, undefined)).status, 401, path)
    for (const { token } of [attendee, other]) {
      const { status, body } = await ask(leader.facilitator_id, path, token)
      assert.deepEqual([status, body.code], [403, 'not_the_organiser'], path)
    }
    assert.equal((await ask(id, path, retired.token)).status, 403, path)
    for (const unknown of [2_147_483_647, 0, 'x'])
      assert.equal((await ask(unknown, path, leader.token)).status, 404, path)
  }
  assert.deepEqual(calls, [])
  const admin = await aUser(booking.deps, { is_admin: true })
  handle = (_request, response) => json(response, 200, aDashboard(leader.facilitator_id))
  assert.equal((await ask(leader.facilitator_id, 'dashboard', admin.token)).status, 200)
})

test("another facilitator's booking is 404 and is not changed", async () => {
  const { token, facilitator_id } = await aLeader()
  handle = (_request, response) => json(response, 200, { booking: aCrmBooking(facilitator_id + 1) })
  const body = { crm_status: 'contacted' }
  const change = () =>
    booking.request('PUT', `/api/facilitators/${facilitator_id}/crm/bookings/7/status`, { token, body })
  for (let i = 0; i < 2; i++) {
    for (const answer of [
      await ask(facilitator_id, 'crm/bookings/7', token),
      await ask(facilitator_id, 'crm/bookings/7/history', token),
      await change(),
    ])
      assert.deepEqual([answer.status, answer.body.code], [404, 'booking_not_found'])
    handle = (_request, response) => json(response, 404, { error: 'Booking not found' })
  }
  assert.deepEqual(
    calls.filter(({ method }) => method !== 'GET'),
    [],
  )
})

test('only validated parameters are sent to the CRM', async () => {
  const { token, facilitator_id } = await aLeader()
  const base = `/api/facilitators/${facilitator_id}/bookings?`
  await ask(
    facilitator_id,
    `crm/bookings?page=2&per_page=500&crm_status=Contacted&event_type=RETREAT&search=${encodeURIComponent('a&facilitator_id=9#/../x y')}` +
      '&from=2026-01-01&to=2026-01-15T07:00:00%2B02:00&status=received&facilitator_id=9&user_id=9&admin=true',
    token,
  )
  assert.equal(
    calls[0]?.url,
    `${base}page=2&per_page=100&event_type=retreat&status=received&crm_status=contacted` +
      '&search=a%26facilitator_id%3D9%23%2F..%2Fx+y&from=2026-01-01&to=2026-01-15T05%3A00%3A00',
  )
  calls.length = 0
  const bad = {
    'page=0': 'page',
    'crm_status=lost': 'crm_status',
    'event_type=walk': 'event_type',
    'from=yesterday': 'from',
    'to=2026-02-30': 'to',
    'format=xml': 'format',
    'format=csv&sep=.': 'sep',
    'search=%00': 'search',
    [`search=${'x'.repeat(201)}`]: 'search',
  }
  for (const [query, field] of Object.entries(bad)) {
    const { status, body } = await ask(facilitator_id, `crm/bookings?${query}`, token)
    assert.deepEqual([status, body.details[0].field], [400, field], query)
  }
  for (const path of [
    'crm/bookings/0',
    'crm/bookings/..%2f..%2fhealth',
    'crm/bookings/7%2fhistory',
    'crm/bookings/1e3',
  ])
    assert.equal((await ask(facilitator_id, path, token)).status, 404, path)
  for (const [body, field] of [
    [{}, 'crm_status'],
    [{ crm_status: '' }, 'crm_status'],
    [{ crm_status: 'lost' }, 'crm_status'],
    [{ crm_status: 'new', notes: 5 }, 'notes'],
    [{ crm_status: 'new', notes: 'x'.repeat(5_001) }, 'notes'],
  ] as const) {
    const url = `/api/facilitators/${facilitator_id}/crm/bookings/7/status`
    const answer = await booking.request('PUT', url, { token, body })
    assert.deepEqual([answer.status, answer.body.details[0].field], [400, field], JSON.stringify(body))
  }
  assert.deepEqual(calls, [])
})

test('a status is sent with the caller as the author, and is in the audit log', async () => {
  const { token, id, facilitator_id } = await aLeader()
  handle = (request, response) =>
    request.method === 'GET'
      ? json(response, 200, { booking: aCrmBooking(facilitator_id) })
      : json(response, 200, {
          message: 'Booking status updated successfully',
          booking_id: 7,
          old_status: 'new',
          new_status: 'contacted',
          updated_at: '2024-01-01T12:00:00',
        })
  const body = { crm_status: 'Contacted', notes: ' Called ', author: 'Somebody Else' }
  const url = `/api/facilitators/${facilitator_id}/crm/bookings/7/status`
  const answer = await booking.request('PUT', url, { token, body })
  assert.deepEqual([answer.status, answer.body.new_status], [200, 'contacted'])
  const [, sent] = calls
  assert.equal(sent?.url, '/api/bookings/7/status')
  assert.deepEqual(JSON.parse(sent?.body ?? ''), {
    crm_status: 'contacted',
    notes: 'Called',
    author: 'Lea Der',
  })
  const admin = await aUser(booking.deps, { is_admin: true })
  const log = await booking.request('GET', `/api/audit-log?actor_id=${id}`, { token: admin.token })
  const [{ action, subject, subject_id, details }] = log.body.entries
  assert.deepEqual(
    [action, subject, subject_id, details],
    ['booking.crm_status_changed', 'booking', 7, { old_status: 'new', new_status: 'contacted' }],
  )
})

test('a silent, failing or unknown CRM is a 503 within three seconds that reveals nothing of it', async () => {
  const { token, facilitator_id } = await aLeader()
  const faults: Record<string, typeof handle> = {
    silent: () => {},
    'slow in the end': (_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).write('{'),
    resets: (request) => request.socket.resetAndDestroy(),
    500: (_request, response) => json(response, 500, { error: `inside view ${TOKEN}` }),
    401: (_request, response) => json(response, 401, { error: `inside view ${TOKEN}` }),
    301: (_request, response) => response.writeHead(301, { location: 'http://127.0.0.1:9/' }).end(),
    'no JSON': (_request, response) => response.writeHead(200).end('<html>inside view</html>'),
    'another shape': (_request, response) =>
      json(response, 200, { booking: { ...aCrmBooking(1), id: 'inside view' } }),
  }
  for (const [name, fault] of Object.entries(faults)) {
    handle = fault
    const paths = name === 'silent' ? PATHS : ['dashboard', 'crm/bookings/7', 'crm/bookings/7/history']
    const startedAt = performance.now()
    const answers = await Promise.all(paths.map((path) => ask(facilitator_id, path, token)))
    assert.ok(performance.now() - startedAt < 3_000, name)
    for (const { status, body, headers } of answers) {
      assert.deepEqual([status, body.code], [503, 'crm_unavailable'], name)
      assert.ok(Number(headers['retry-after']) > 0)
      assert.doesNotMatch(JSON.stringify(body), /inside view/)
    }
  }
})

test('while the breaker is open the CRM is not called, and these calls do not move the breaker', async () => {
  const { token, facilitator_id } = await aLeader()
  handle = (request) => request.socket.resetAndDestroy()
  for (let i = 0; i < 5; i++) await ask(facilitator_id, 'dashboard', token)
  assert.equal(booking.deps.crm.breaker.isOpen(), false, 'deliveries go on')
  for (let i = 0; i < 3; i++) booking.deps.crm.breaker.fail()
  calls.length = 0
  for (const path of PATHS) assert.equal((await ask(facilitator_id, path, token)).status, 503, path)
  assert.deepEqual(calls, [])
  booking.deps.crm.breaker.succeed()
})

test('a file is asked for as it was, comes byte for byte, and a CRM that does not know its kind is a 501', async () => {
  const { token, facilitator_id } = await aLeader()
  const types = {
    csv: 'text/csv; charset=utf-8',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  }
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x50, 0x4b, 0x00, 0xff])
  for (const [query, kind] of [
    ['format=csv&sep=%3B', 'csv'],
    ['format=xlsx', 'xlsx'],
  ] as const) {
    calls.length = 0
    const url = `/api/facilitators/${facilitator_id}/crm/bookings?${query}`
    const get = () => booking.app.inject({ url, headers: { authorization: `Bearer ${token}` } })
    handle = (_request, response) => response.writeHead(200, { 'content-type': types[kind] }).end(bytes)
    const { statusCode, headers, rawPayload } = await get()
    assert.deepEqual([statusCode, headers['content-type']], [200, types[kind]])
    assert.deepEqual(rawPayload, bytes)
    assert.match(String(headers['content-disposition']), new RegExp(`\\.${kind}"$`))
    assert.ok(calls[0]?.url.endsWith(`&${query}`), calls[0]?.url)
    handle = (_request, response) => json(response, 400, { error: 'format: must be one of json, csv.' })
    assert.deepEqual([(await get()).statusCode, (await get()).json().code], [501, 'not_in_this_crm'])
    handle = (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('x')
    assert.equal((await get()).statusCode, 501)
  }
})

test('a CRM of another make, without history, files or a stream, is a 501 that says so', async () => {
  const { token, facilitator_id } = await aLeader()
  handle = ({ url = '' }, response) => {
    if (url.includes('/history') || url.includes('/stream'))
      return json(response, 404, { error: 'Not found' })
    if (url.startsWith('/api/bookings/7'))
      return json(response, 200, { booking: aCrmBooking(facilitator_id) })
    json(response, 200, { bookings: [] })
  }
  for (const [path, what] of [
    ['crm/bookings/7/history', 'history'],
    ['crm/bookings?format=csv', 'export'],
    ['crm/stream', 'stream'],
  ] as const) {
    const { status, body } = await ask(facilitator_id, path, token)
    assert.deepEqual([status, body.code], [501, 'not_in_this_crm'], path)
    assert.match(body.error, new RegExp(what))
  }
})
