import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { figure } from '#harness/clients/read-metrics.ts'
import { aUser } from '#harness/data/factories.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const john = (overrides: object = {}) => ({
  email: `${randomUUID()}@example.com`,
  password: 'securepassword123',
  first_name: 'John',
  last_name: 'Doe',
  phone: '+1234567890',
  ...overrides,
})

const post = (path: string, body: unknown, token?: string) =>
  booking.request('POST', `/api/auth/${path}`, { body, token })

test('registering answers 201 with the new user and nothing secret', async () => {
  const { status, body } = await post('register', john({ email: ' John.Doe+1@Example.com ' }))
  assert.equal(status, 201)
  const { id, created_at, ...user } = body.user
  assert.ok(Number.isInteger(id))
  assert.match(created_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  assert.equal(body.message, 'User registered successfully')
  assert.deepEqual(user, {
    email: 'John.Doe+1@Example.com',
    first_name: 'John',
    last_name: 'Doe',
    phone: '+1234567890',
    is_active: true,
  })
})

test('an address can be registered once, in whatever case', async () => {
  const email = `${randomUUID()}@example.com`
  assert.equal((await post('register', john({ email }))).status, 201)
  const again = await post('register', john({ email: email.toUpperCase() }))
  assert.equal(again.status, 409)
  assert.equal(again.body.code, 'email_taken')
})

test('equal registrations at once make one account', async () => {
  const input = john()
  const answers = await Promise.all(Array.from({ length: 10 }, () => post('register', input)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(9).fill(409)])
})

test('a registration that cannot be says which field and why', async () => {
  const cases: [object, string][] = [
    [{ email: undefined }, 'email'],
    [{ email: 'not-an-address' }, 'email'],
    [{ email: 'a b@example.com' }, 'email'],
    [{ email: 7 }, 'email'],
    [{ password: 'short' }, 'password'],
    [{ password: 'x'.repeat(129) }, 'password'],
    [{ password: 12345678 }, 'password'],
    [{ first_name: '' }, 'first_name'],
    [{ first_name: '   ' }, 'first_name'],
    [{ last_name: null }, 'last_name'],
    [{ last_name: 'a\0b' }, 'last_name'],
    [{ phone: 5 }, 'phone'],
  ]
  for (const [overrides, field] of cases) {
    const { status, body } = await post('register', john(overrides))
    assert.equal(status, 400, JSON.stringify(overrides))
    assert.equal(body.details[0].field, field, JSON.stringify(body))
  }
})

test('the phone is optional, and unknown fields change nothing', async () => {
  const { status, body } = await post(
    'register',
    john({ phone: undefined, is_admin: true, id: 1, is_active: false }),
  )
  assert.equal(status, 201)
  assert.equal(body.user.phone, null)
  const row = await userStore.findById(booking.deps.db, body.user.id)
  assert.equal(row?.is_admin, false)
  assert.equal(row?.is_active, true)
  assert.match(row?.password_hash ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('logging in answers with the user and two tokens that work where they should', async () => {
  const input = john()
  await post('register', input)
  const { status, body } = await post('login', { email: input.email.toUpperCase(), password: input.password })
  assert.equal(status, 200)
  assert.equal(body.message, 'Login successful')
  assert.equal(body.user.email, input.email)

  const profile = (token: string) => booking.request('GET', '/api/auth/profile', { token })
  assert.deepEqual((await profile(body.access_token)).body, { user: body.user })
  assert.equal((await profile(body.refresh_token)).status, 401, 'a refresh token opens nothing else')

  const refreshed = await post('refresh', undefined, body.refresh_token)
  assert.equal(refreshed.status, 200)
  assert.deepEqual(Object.keys(refreshed.body), ['access_token', 'refresh_token'])
  assert.equal((await profile(refreshed.body.access_token)).status, 200)
  assert.equal(
    (await post('refresh', undefined, body.access_token)).status,
    401,
    'an access token refreshes nothing',
  )
  assert.equal((await post('refresh', undefined)).status, 401)
})

test('a JSON content type with an empty body is fine where no body is needed', async () => {
  const { body } = await post('login', await registered())
  const headers = { 'content-type': 'application/json' }
  const refreshed = await booking.request('POST', '/api/auth/refresh', { token: body.refresh_token, headers })
  assert.equal(refreshed.status, 200)
})

test('unknown account, wrong password, closed account and account without password look the same', async () => {
  const { email } = await registered()
  const closed = await registered()
  const row = await userStore.findByEmail(booking.deps.db, closed.email)
  await userStore.update(booking.deps.db, row?.id ?? 0, { is_active: false })
  const withoutPassword = await aUser(booking.deps)
  const answers = await Promise.all([
    post('login', { email: 'nobody@example.com', password: 'securepassword123' }),
    post('login', { email, password: 'wrong-password' }),
    post('login', closed),
    post('login', { email: withoutPassword.email, password: 'securepassword123' }),
  ])
  for (const { status, body } of answers) {
    assert.equal(status, 401)
    assert.deepEqual(body, answers[0]?.body)
  }
})

test('a login without its fields is 400', async () => {
  for (const body of [{}, { email: 'a@b.c' }, { email: 'a@b.c', password: 5 }, [], 'null', '"x"']) {
    assert.equal((await post('login', body)).status, 400, JSON.stringify(body))
  }
})

test('tokens expire: access after one hour, refresh after thirty days', async () => {
  const own = await startTestBooking()
  const user = await aUser(own.deps)
  const refreshToken = await own.deps.identity.tokens.issue('refresh', { userId: user.id, version: 0 })
  const statuses = async () => [
    (await own.request('GET', '/api/auth/profile', { token: user.token })).status,
    (await own.request('POST', '/api/auth/refresh', { token: refreshToken })).status,
  ]
  own.clock.advance(3_599)
  assert.deepEqual(await statuses(), [200, 200])
  own.clock.advance(2)
  assert.deepEqual(await statuses(), [401, 200])
  own.clock.advance(30 * 24 * 3_600)
  assert.deepEqual(await statuses(), [401, 401])
  await own.close()
})

test('a token dies with its account and with its sessions, everywhere within a second', async () => {
  const user = await aUser(booking.deps)
  const profile = async () => {
    booking.clock.advance(1)
    return (await booking.request('GET', '/api/auth/profile', { token: user.token })).status
  }
  assert.equal(await profile(), 200)
  await userStore.update(booking.deps.db, user.id, { session_version: 1 })
  assert.equal(await profile(), 401)
  await userStore.update(booking.deps.db, user.id, { session_version: 0, is_active: false })
  assert.equal(await profile(), 401)
})

test('Google sign-in says plainly that it is not set up', async () => {
  const { status, body } = await post('google-login', { token: 'whatever' })
  assert.equal(status, 503)
  assert.equal(body.code, 'google_login_not_configured')
  assert.equal((await post('google-login', {})).status, 400)
  const figures = String((await booking.request('GET', '/metrics')).body)
  const route = { route: '/api/auth/google-login' }
  const of = (status: string) => figure(figures, 'stillpoint_http_requests_total', { ...route, status }) ?? 0
  assert.deepEqual([of('declined'), of('5xx')], [1, 0], 'nobody is called for what is not set up')
})

test('ten wrong passwords block logins to that account from that address only', async () => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' } })
  const owner = john()
  await own.request('POST', '/api/auth/register', { body: owner })
  const logIn = (password: string, email = owner.email) =>
    own.request('POST', '/api/auth/login', { body: { email, password } })
  assert.equal((await logIn(owner.password)).status, 200)
  for (let i = 0; i < 10; i++) assert.equal((await logIn('wrong-password')).status, 401)
  const refused = await logIn(owner.password)
  assert.equal(refused.status, 429)
  assert.equal(refused.body.code, 'too_many_requests')
  assert.ok(Number(refused.headers['retry-after']) > 0)
  assert.equal(
    (await logIn('wrong-password', 'other@example.com')).status,
    401,
    'other accounts are unaffected',
  )
  const elsewhere = await own.app.inject({
    method: 'POST',
    url: '/api/auth/login',
    payload: { email: owner.email, password: owner.password },
    remoteAddress: '10.0.0.7',
  })
  assert.equal(elsewhere.statusCode, 200, 'the owner elsewhere is not locked out')
  await own.close()
})

async function registered(): Promise<{ email: string; password: string }> {
  const { email, password, ...rest } = john()
  await post('register', { email, password, ...rest })
  return { email, password }
}
