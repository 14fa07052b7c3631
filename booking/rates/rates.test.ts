import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { loadConfig } from '../config.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking({
    env: {
      AUTH_RATE_LIMIT: 'on',
      BOOKINGS_PER_MINUTE: '5',
      BOOKINGS_PER_MINUTE_ADDRESS: '12',
      WRITES_PER_MINUTE: '20',
      SEARCHES_PER_MINUTE: '4',
    },
  })
})
beforeEach(() => booking.clock.advance(60))
after(() => booking.close())

async function ask(
  method: 'POST' | 'PUT' | 'DELETE' | 'GET',
  url: string,
  token: string,
  body?: object,
  ip = '127.0.0.1',
) {
  const { statusCode, headers, payload } = await booking.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}` },
    remoteAddress: ip,
    ...(body && { payload: body }),
  })
  return { status: statusCode, headers, body: JSON.parse(payload) }
}
const book = (token: string, event_id: number, ip?: string) =>
  ask('POST', '/api/bookings/', token, { event_id }, ip)
const events = (count: number) => Promise.all(Array.from({ length: count }, () => anEvent(booking.deps)))

function assertRefused({ status, headers, body }: Awaited<ReturnType<typeof ask>>, words: RegExp) {
  assert.deepEqual([status, body.code, Object.keys(body)], [429, 'too_many_requests', ['error', 'code']])
  const seconds = Number(headers['retry-after'])
  assert.ok(seconds >= 1 && seconds <= 60)
  assert.match(body.error, words)
  assert.ok(body.error.includes(`wait ${seconds} s`), body.error)
}

test('an account books so many a minute, and on when the time that was named is over', async () => {
  const { token } = await aUser(booking.deps)
  const ids = await events(7)
  for (const id of ids.slice(0, 5)) assert.equal((await book(token, id)).status, 201)
  const refused = await book(token, ids[5] ?? 0)
  assertRefused(refused, /^That was a lot of bookings at once/)
  booking.clock.advance(Number(refused.headers['retry-after']))
  assert.equal((await book(token, ids[5] ?? 0)).status, 201)
})

test('refused bookings do not count', async () => {
  const { token } = await aUser(booking.deps)
  const full = await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
  for (let i = 0; i < 9; i++) assert.equal((await book(token, full)).status, 409)
  assert.equal((await book(token, await anEvent(booking.deps))).status, 201)
})

test('waiting list entries count as bookings do', async () => {
  const { token } = await aUser(booking.deps)
  const join = async () => {
    const id = await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
    return ask('POST', `/api/events/${id}/waitlist`, token, {})
  }
  for (let i = 0; i < 5; i++) assert.equal((await join()).status, 201)
  assertRefused(await join(), /bookings/)
  assertRefused(await book(token, await anEvent(booking.deps)), /bookings/)
})

test('a replayed answer is not counted', async () => {
  const { token } = await aUser(booking.deps)
  const payload = { event_id: await anEvent(booking.deps) }
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() }
  for (let i = 0; i < 9; i++) {
    const { statusCode } = await booking.app.inject({
      method: 'POST',
      url: '/api/bookings/',
      headers,
      payload,
    })
    assert.equal(statusCode, 201)
  }
})

test('twenty throw-away accounts at one address, or in one network, take no more than one address may', async () => {
  const take = async (address: (i: number) => string) => {
    const answers: Awaited<ReturnType<typeof ask>>[] = []
    for (let i = 0; i < 20; i++) {
      const { token } = await aUser(booking.deps)
      for (const id of await events(3)) answers.push(await book(token, id, address(i)))
    }
    const refused = answers.find(({ status }) => status === 429)
    if (refused) assertRefused(refused, /^Many bookings are being made from your network/)
    return answers.filter(({ status }) => status === 201).length
  }
  assert.equal(await take(() => '10.0.0.1'), 12)
  assert.equal(await take((i) => `2001:db8:1:100::${i + 1}`), 12)
  assert.equal(await take((i) => `2001:db8:2:${(0x100 + i).toString(16)}::1`), 24)
  assert.equal(await take((i) => `2001:db8:3:${(0x100 * i).toString(16)}::1`), 48)
})

test('so many writes an account, of any kind; reading and others are not touched', async () => {
  const { token } = await anOrganiser(booking.deps)
  const writes = [
    ['PUT', '/api/auth/profile', { first_name: 'A' }],
    ['POST', '/api/bookings/calendar-token', undefined],
    ['DELETE', '/api/bookings/calendar-token', undefined],
    ['POST', '/api/bookings/', { event_id: 2_147_483_647 }],
    ['POST', '/api/events/', {}],
  ] as const
  for (let i = 0; i < 20; i++) {
    const [method, url, body] = writes[i % 5] as (typeof writes)[number]
    assert.notEqual((await ask(method, url, token, body)).status, 429)
  }
  for (const [method, url, body] of writes)
    assertRefused(await ask(method, url, token, body), /^That was a lot at once/)
  assert.equal((await ask('GET', '/api/auth/profile', token)).status, 200)
  const other = await aUser(booking.deps)
  assert.equal((await ask('PUT', '/api/auth/profile', other.token, { first_name: 'A' })).status, 200)
})

test('tokens are writes: those of a login, a renewed one, and a logout', async () => {
  const person = {
    email: `${randomUUID()}@example.com`,
    password: 'securepassword123',
    first_name: 'A',
    last_name: 'B',
  }
  await booking.request('POST', '/api/auth/register', { body: person })
  const logIn = () => booking.request('POST', '/api/auth/login', { body: person })
  const { body } = await logIn()
  const renew = () => ask('POST', '/api/auth/refresh', body.refresh_token)
  for (let i = 0; i < 19; i++) assert.equal((await renew()).status, 200)
  assertRefused(await renew(), /lot at once/)
  assert.equal((await logIn()).status, 429)
  assert.equal((await ask('POST', '/api/auth/logout', body.access_token)).status, 429)
  booking.clock.advance(60)
  assert.equal((await ask('POST', '/api/auth/logout', body.access_token)).status, 200)
})

test('so many searches an account; lists without one are not counted', async () => {
  const { token } = await aUser(booking.deps)
  const look = (n: number) => ask('GET', `/api/events/?search=${n}`, token)
  for (let i = 0; i < 4; i++) assert.equal((await look(i)).status, 200)
  assertRefused(await look(9), /searches/)
  for (const url of ['/api/events/', '/api/events/?search='])
    assert.equal((await ask('GET', url, token)).status, 200)
})

test('every route that can answer 429 documents it', async () => {
  const { paths } = booking.app.swagger() as unknown as {
    paths: Record<string, Record<string, { responses: object; security?: object[] }>>
  }
  const missing = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(
        ([method, { security = [], responses }]) =>
          method !== 'get' && security.length > 0 && !('429' in responses),
      )
      .map(([method]) => `${method} ${path}`),
  )
  assert.deepEqual(missing, [])
  assert.ok('429' in (paths['/api/events/']?.get?.responses ?? {}))
})

test('0 lifts one limit, AUTH_RATE_LIMIT=off all of them; production lets fewer register', async (t) => {
  const own = await startTestBooking({
    env: {
      AUTH_RATE_LIMIT: 'on',
      BOOKINGS_PER_MINUTE: '0',
      WRITES_PER_MINUTE: '0',
      BOOKINGS_AHEAD_MAX_UNPROVEN: '0',
    },
  })
  const off = await startTestBooking({
    env: { BOOKINGS_PER_MINUTE: '1', WRITES_PER_MINUTE: '1', BOOKINGS_PER_MINUTE_ADDRESS: '1' },
  })
  t.after(() => Promise.all([own.close(), off.close()]))
  for (const each of [own, off]) {
    const { token } = await aUser(each.deps)
    for (let i = 0; i < 40; i++) {
      const body = { event_id: await anEvent(each.deps) }
      assert.equal((await each.request('POST', '/api/bookings/', { token, body })).status, 201)
    }
  }
  const secrets = {
    JWT_SECRET_KEY: 'x'.repeat(20) + randomUUID(),
    CRM_BEARER_TOKEN: `y${randomUUID()}`,
    CRM_SERVICE_URL: 'http://crm',
    MAIL: 'off',
  }
  assert.equal(loadConfig({}).registrationsPerAddress, 600)
  assert.equal(loadConfig({ FLASK_ENV: 'production', ...secrets }).registrationsPerAddress, 20)
  assert.equal(loadConfig({ REGISTRATIONS_PER_ADDRESS: '7' }).registrationsPerAddress, 7)
})

test('one address opens so many accounts; mistakes do not count, and a change of address does', async (t) => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on', REGISTRATIONS_PER_ADDRESS: '3' } })
  t.after(() => own.close())
  const register = (changes: object = {}) =>
    own.request('POST', '/api/auth/register', {
      body: {
        email: `${randomUUID()}@example.com`,
        password: 'securepassword123',
        first_name: 'A',
        last_name: 'B',
        ...changes,
      },
    })
  for (const wrong of [
    { email: 'nobody' },
    { password: 'short' },
    { password: 'password123' },
    { first_name: '' },
  ])
    assert.equal((await register(wrong)).status, 400)
  const first = await register()
  assert.equal(first.status, 201)
  assert.equal(
    (await register({ email: first.body.user.email })).status,
    409,
    'tells that the address is taken, so it counts',
  )
  const { email } = first.body.user
  const login = await own.request('POST', '/api/auth/login', {
    body: { email, password: 'securepassword123' },
  })
  const move = (address: string) =>
    own.request('PUT', '/api/auth/profile', {
      token: login.body.access_token,
      body: { email: address, current_password: 'securepassword123' },
    })
  assert.equal((await move(`${randomUUID()}@example.com`)).status, 200)
  for (const refused of [await register(), await move(`${randomUUID()}@example.com`)]) {
    assert.deepEqual([refused.status, refused.body.code], [429, 'too_many_requests'])
    assert.ok(Number(refused.headers['retry-after']) > 60)
    assert.match(refused.body.error, /wait 15 min/)
  }
})
