import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { resetPassword } from '#booking/identity/login/account.service.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aUser } from '#harness/data/factories.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

async function someone() {
  const user = await aUser(booking.deps)
  return { ...user, refreshToken: await booking.deps.identity.sessions.issue('refresh', user) }
}

/** What is known of an account may be a second old. */
const afterASecond = () => booking.clock.advance(1)

const refresh = (token: string) => booking.request('POST', '/api/auth/refresh', { token })

test('a closed account gets no new token, from a second later on', async () => {
  const { id, refreshToken } = await someone()
  assert.equal((await refresh(refreshToken)).status, 200)
  await userStore.update(booking.deps.db, id, { is_active: false })
  afterASecond()
  assert.equal((await refresh(refreshToken)).status, 401)
})

test('a deleted account gets no new token', async () => {
  const { id, refreshToken } = await someone()
  assert.equal((await refresh(refreshToken)).status, 200)
  await booking.deps.db.deleteFrom('users').where('id', '=', id).execute()
  afterASecond()
  assert.equal((await refresh(refreshToken)).status, 401)
})

test('a new password ends the sessions that were open, at once', async () => {
  const { email, refreshToken } = await someone()
  assert.equal((await refresh(refreshToken)).status, 200)
  await resetPassword(booking.deps, email, 'an unheard-of phrase')
  assert.equal((await refresh(refreshToken)).status, 401)
})

test('a hundred refreshes at once all succeed, each with a token that works', async () => {
  const { refreshToken, id } = await someone()
  const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(refreshToken)))
  const tokens = new Set(answers.map(({ status, body }) => (status === 200 ? body.access_token : status)))
  assert.equal(tokens.size, 100)
  for (const token of tokens) {
    const { status, body } = await booking.request('GET', '/api/auth/profile', { token })
    assert.deepEqual([status, body.user.id], [200, id])
  }
})

test('an account that is closed while a hundred refreshes are under way answers 200 or 401, and then only 401', async () => {
  const { id, refreshToken } = await someone()
  const answers = Array.from({ length: 100 }, () => refresh(refreshToken))
  await userStore.update(booking.deps.db, id, { is_active: false })
  for (const { status } of await Promise.all(answers)) assert.ok(status === 200 || status === 401)
  afterASecond()
  assert.equal((await refresh(refreshToken)).status, 401)
})

test('a refreshed token lasts no longer than its own hour, and the old refresh token goes on working', async () => {
  const { refreshToken } = await someone()
  const { body } = await refresh(refreshToken)
  booking.clock.advance(3_601)
  assert.equal((await booking.request('GET', '/api/auth/profile', { token: body.access_token })).status, 401)
  assert.equal((await refresh(refreshToken)).status, 200)
})
