import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { GoogleIdentity } from '#booking/identity/login/google-verifier.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aUser } from '#harness/data/factories.ts'

const PASSWORD = 'the-first-password'
const ANOTHER = 'the-second-password'

let booking: TestBooking
let password_hash: string

before(async () => {
  booking = await startTestBooking({ deps: { google: readSignIn } })
  password_hash = await hashPassword(PASSWORD)
})
after(() => booking.close())

/** Stands in for Google's token and its verification, which `google-login.test.ts` is about. */
const signIn = (sub: string, secondsAgo: number) => JSON.stringify([sub, secondsAgo])
async function readSignIn(token: string): Promise<GoogleIdentity> {
  const [sub, secondsAgo] = JSON.parse(token)
  const issued_at = new Date(booking.clock.now().getTime() - secondsAgo * 1_000)
  return { sub, email: 'gia@gmail.com', first_name: 'Gia', last_name: 'Google', issued_at }
}

/** Somebody with a password, logged in. */
async function someone(at: Pick<TestBooking, 'deps'> = booking) {
  const user = await aUser(at.deps, { password_hash })
  return { user, email: user.email, ...(await at.deps.identity.sessions.start(user)) }
}

const change = (token: string | undefined, body: unknown, at: Pick<TestBooking, 'request'> = booking) =>
  at.request('PUT', '/api/auth/password', { token, body })
const logIn = async (email: string, password: string) =>
  (await booking.request('POST', '/api/auth/login', { body: { email, password } })).status
const profile = async (token: string) => (await booking.request('GET', '/api/auth/profile', { token })).status
const refresh = async (token: string) =>
  (await booking.request('POST', '/api/auth/refresh', { token })).status

test('a new password is the only one that works, and the caller stays logged in', async () => {
  const { user, email, access_token } = await someone()
  const { status, body } = await change(access_token, { current_password: PASSWORD, new_password: ANOTHER })
  assert.equal(status, 200)
  assert.equal(body.message, 'Password changed successfully')
  assert.equal(body.user.id, user.id)
  assert.deepEqual([await logIn(email, PASSWORD), await logIn(email, ANOTHER)], [401, 200])
  assert.deepEqual([await profile(body.access_token), await refresh(body.refresh_token)], [200, 200])
})

test('every session from before is over, on every instance', async () => {
  const elsewhere = await booking.startInstance()
  const { user, access_token, refresh_token } = await someone()
  const other = await booking.deps.identity.sessions.start(user)
  await change(access_token, { current_password: PASSWORD, new_password: ANOTHER })
  for (const session of [{ access_token, refresh_token }, other]) {
    assert.equal(await profile(session.access_token), 401)
    assert.equal(await refresh(session.refresh_token), 401)
    const there = await elsewhere.request('POST', '/api/auth/refresh', { token: session.refresh_token })
    assert.equal(there.status, 401)
  }
})

test('a wrong current password changes nothing, and is no end of the session', async () => {
  const { email, access_token } = await someone()
  const { status, body } = await change(access_token, {
    current_password: 'not this one',
    new_password: ANOTHER,
  })
  assert.deepEqual([status, body.code], [403, 'wrong_password'])
  assert.deepEqual([await logIn(email, PASSWORD), await profile(access_token)], [200, 200])
})

test('guessing the password with a stolen token is limited', async () => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' } })
  const { access_token, user } = await someone(own)
  const guess = (current_password: string) =>
    change(access_token, { current_password, new_password: ANOTHER }, own)
  for (let i = 0; i < 10; i++) assert.equal((await guess('a wrong guess')).status, 403)
  const refused = await guess(PASSWORD)
  assert.deepEqual([refused.status, refused.body.code], [429, 'too_many_requests'])
  const login = await own.request('POST', '/api/auth/login', {
    body: { email: user.email, password: PASSWORD },
  })
  assert.equal(login.status, 429, 'guesses at one door count at the other')
  await own.close()
})

test('an account without a password sets its first one by signing in with Google again, and the next one with it', async () => {
  const { token, email } = await aUser(booking.deps, { google_sub: 'a-google-account', email_proven: true })
  const found = await change(token, { new_password: PASSWORD })
  assert.deepEqual(
    [found.status, found.body.details[0].field],
    [400, 'google_token'],
    'a found token is not enough',
  )
  for (const [sub, secondsAgo, code] of [
    ['another-google-account', 0, 'wrong_google_account'],
    ['a-google-account', 601, 'google_sign_in_too_old'],
  ] as const) {
    const refused = await change(token, { new_password: PASSWORD, google_token: signIn(sub, secondsAgo) })
    assert.deepEqual([refused.status, refused.body.code], [403, code])
  }
  const first = await change(token, { new_password: PASSWORD, google_token: signIn('a-google-account', 600) })
  assert.equal(first.status, 200)
  assert.equal(await logIn(email, PASSWORD), 200)
  const without = await change(first.body.access_token, { new_password: ANOTHER })
  assert.deepEqual([without.status, without.body.details[0].field], [400, 'current_password'])
})

test('what cannot be a password is refused by name, before the current one is looked at', async () => {
  const { access_token } = await someone()
  const cases: [object, string][] = [
    [{}, 'new_password'],
    [{ current_password: PASSWORD, new_password: 'short' }, 'new_password'],
    [{ current_password: PASSWORD, new_password: 'x'.repeat(129) }, 'new_password'],
    [{ current_password: 'wrong', new_password: 'password123' }, 'new_password'],
    [{ current_password: 5, new_password: ANOTHER }, 'current_password'],
    [{ new_password: ANOTHER }, 'current_password'],
  ]
  for (const [body, field] of cases) {
    const answer = await change(access_token, body)
    assert.deepEqual([answer.status, answer.body.details[0].field], [400, field], JSON.stringify(body))
  }
})

test('nobody changes a password without being logged in', async () => {
  const { refresh_token } = await someone()
  const body = { current_password: PASSWORD, new_password: ANOTHER }
  for (const token of [undefined, refresh_token]) assert.equal((await change(token, body)).status, 401)
})

test('of two changes at once one counts', async () => {
  const { email, access_token } = await someone()
  const wanted = ['the-third-password', 'the-fourth-password']
  const answers = await Promise.all(
    wanted.map((new_password) => change(access_token, { current_password: PASSWORD, new_password })),
  )
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join())
  for (const [i, status] of statuses.entries()) {
    assert.ok([200, 401, 403, 409].includes(status))
    assert.equal(await logIn(email, wanted[i] ?? ''), status === 200 ? 200 : 401)
  }
})

test('the audit log has the change, without the password', async () => {
  const { user, access_token } = await someone()
  await change(access_token, { current_password: PASSWORD, new_password: ANOTHER })
  const { token } = await aUser(booking.deps, { is_admin: true })
  const { body } = await booking.request('GET', `/api/audit-log?actor_id=${user.id}`, { token })
  const [{ action, subject_id, details }] = body.entries
  assert.deepEqual([action, subject_id, details], ['user.password_changed', user.id, {}])
})
