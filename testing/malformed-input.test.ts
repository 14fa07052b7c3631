import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import type { TestBooking } from '#harness/apps/test-booking.ts'
import { TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { startTestPair } from '#harness/apps/test-pair.ts'
import { targetOf } from '#harness/attacks/app-targets.ts'
import { sweep } from '#harness/attacks/fuzz.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'

/**
 * Every field of every operation of both services, as their own OpenAPI lists them, gets every kind of junk.
 * A route that is added is covered at once. Nothing may answer otherwise than documented, or with an inside view.
 */

let pair: Awaited<ReturnType<typeof startTestPair>>
let booking: TestBooking
let crm: TestCrm
let token: string

before(async () => {
  pair = await startTestPair()
  ;({ booking, crm } = pair)
  await Promise.all([booking.app.ready(), crm.app.ready()])
  token = (await aUser(booking.deps)).token
  await anEvent(booking.deps)
})
after(() => pair.close())

test('the Main API survives junk in every field of every operation', async () => {
  // Junk around a valid request to log out, say, is the end of a token.
  const renew = async () => {
    if ((await booking.request('GET', '/api/auth/profile', { token })).status === 200) return token
    token = (await aUser(booking.deps)).token
    return token
  }
  const { requests, faults } = await sweep(targetOf('booking', booking.app, token), renew)
  assert.deepEqual(faults, [])
  assert.ok(requests >= 1_000, `only ${requests} requests were made`)
})

test('the CRM survives junk in every field of every operation', async () => {
  const target = targetOf('crm', crm.app, TEST_CRM_TOKEN)
  const { requests, faults } = await sweep(target, async () => TEST_CRM_TOKEN)
  assert.deepEqual(faults, [])
  assert.ok(requests >= 1_000, `only ${requests} requests were made`)
})

test('nothing of it reached a prototype', () => {
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

test('a body of another type, in another encoding, too large or too deep is refused for what it is', async () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    booking.request('POST', '/api/auth/login', { body, headers })
  const cases: [Promise<{ status: number; body: { code: string } }>, number, string][] = [
    [post('{}', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type'],
    [post('{}', { 'content-type': 'application/json; charset=utf-16' }), 415, 'unsupported_media_type'],
    [post('{'), 400, 'malformed_json'],
    [post(`${'['.repeat(40)}${']'.repeat(40)}`), 400, 'malformed_json'],
    [post('{"__proto__":{}}'), 400, 'malformed_json'],
    [post(JSON.stringify({ email: 'x'.repeat(70_000) })), 413, 'body_too_large'],
    [post('{"email":"\\ud800","password":"x"}'), 400, 'invalid_text'],
  ]
  for (const [answer, status, code] of cases) {
    const { status: actual, body } = await answer
    assert.deepEqual([actual, body.code], [status, code])
  }
})

test('a compressed body is refused before it is read, by the name of its encoding', async () => {
  for (const [app, url, token] of [
    [booking.app, '/api/bookings/', (await aUser(booking.deps)).token],
    [crm.app, '/api/notify', TEST_CRM_TOKEN],
  ] as const) {
    const post = (encoding: string, payload: Buffer) =>
      app.inject({
        method: 'POST',
        url,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        payload,
      })
    for (const [encoding, payload] of [
      ['gzip', gzipSync('{}')],
      ['br', brotliCompressSync('{}')],
      ['Deflate', deflateSync('{}')],
      ['gzip', Buffer.alloc(100_000)],
    ] as const) {
      const answer = await post(encoding, payload)
      assert.deepEqual([answer.statusCode, answer.json().code], [415, 'unsupported_content_encoding'], url)
      assert.match(answer.json().error, new RegExp(encoding, 'i'))
      assert.equal(answer.headers['accept-encoding'], 'identity')
    }
    assert.equal((await post('identity', Buffer.from('{}'))).json().code, 'validation_failed')
    assert.equal(
      (await post('gzip', Buffer.alloc(0))).json().code,
      'validation_failed',
      'no body, no encoding',
    )
  }
})

test('unknown addresses are 404, known ones with another method 405, both as JSON', async () => {
  const unknown = await booking.request('GET', '/api/nothing', { token })
  assert.deepEqual([unknown.status, unknown.body.code], [404, 'route_not_found'])
  for (const [request, method, url] of [
    [booking.request, 'DELETE', '/api/bookings/'],
    [booking.request, 'PATCH', '/api/events/1'],
    [booking.request, 'GET', '/api/auth/login/'],
    [crm.request, 'GET', '/api/notify'],
  ] as const) {
    const { status, body, headers } = await request(method, url)
    assert.deepEqual([status, body.code], [405, 'method_not_allowed'], url)
    assert.ok(headers.allow)
  }
})

test('OPTIONS without the headers of a preflight request says which methods there are', async () => {
  for (const [app, known, allow] of [
    [booking.app, '/api/events/1', 'GET, HEAD, PUT, OPTIONS'],
    [crm.app, '/api/notify', 'POST, OPTIONS'],
  ] as const) {
    for (const headers of [{}, { origin: 'https://elsewhere.example' }]) {
      const answer = await app.inject({ method: 'OPTIONS', url: known, headers })
      assert.deepEqual([answer.statusCode, answer.body, answer.headers.allow], [204, '', allow])
      assert.equal(answer.headers['access-control-allow-origin'], undefined)
    }
    const unknown = await app.inject({ method: 'OPTIONS', url: '/api/nothing' })
    assert.deepEqual([unknown.statusCode, unknown.json().code], [404, 'route_not_found'])
  }
})

test('words of a fixed set are read in any case, but not in other letters that Unicode takes for the same', async () => {
  const { token: organiser } = await anOrganiser(booking.deps)
  const { token: admin } = await aUser(booking.deps, { is_admin: true })
  const create = (event_type: string, recurrence = 'FREQ=DAILY;COUNT=1') =>
    booking.request('POST', '/api/events/', {
      token: organiser,
      body: {
        ...{ title: 'Yoga', event_type, recurrence, max_participants: 1 },
        ...{ start_datetime: '2091-12-02T00:30:00', end_datetime: '2091-12-02T01:30:00' },
      },
    })
  const read = (path: string, bearer: string) => booking.request('GET', `/api/${path}`, { token: bearer })
  const asked: [Promise<{ status: number }>, number][] = [
    [create(' SesSion '), 201],
    [create('\u017fession'), 400],
    [create('sess\u0131on'), 400],
    [create('session', 'freq=daily;count=1'), 201],
    [create('session', 'FREQ=DA\u0131LY;COUNT=1'), 400],
    [read('audit-log?subject=BooKing', admin), 200],
    [read('audit-log?subject=boo%E2%84%AAing', admin), 400],
    [read('events/?type=Retreat', admin), 200],
    [read('events/?type=%C5%BFession', admin), 400],
    [read('bookings/?status=Confirmed', admin), 200],
    [read('bookings/?status=con%EF%AC%81rmed', admin), 400],
  ]
  const answers = await Promise.all(asked.map(async ([answer]) => (await answer).status))
  assert.deepEqual(
    answers,
    asked.map(([, status]) => status),
  )
})
