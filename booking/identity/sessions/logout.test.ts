import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { UserRow } from '#booking/database/user.table.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aUser } from '#harness/data/factories.ts'

let booking: TestBooking
let elsewhere: Awaited<ReturnType<TestBooking['startInstance']>>

before(async () => {
  booking = await startTestBooking()
  elsewhere = await booking.startInstance()
})
after(() => booking.close())

const start = (user: UserRow) => booking.deps.identity.sessions.start(user)
const logOut = (token: string | undefined, body?: unknown) =>
  booking.request('POST', '/api/auth/logout', { token, body })
const profile = async (token: string, at: Pick<TestBooking, 'request'> = booking) =>
  (await at.request('GET', '/api/auth/profile', { token })).status
const refresh = (token: string, at: Pick<TestBooking, 'request'> = booking) =>
  at.request('POST', '/api/auth/refresh', { token })

test('logging out ends both tokens of the session, whichever of them is shown', async () => {
  const user = await aUser(booking.deps)
  for (const kind of ['access_token', 'refresh_token'] as const) {
    const session = await start(user)
    assert.equal(await profile(session.access_token), 200)
    const { status, body } = await logOut(session[kind])
    assert.deepEqual([status, body], [200, { message: 'Logged out successfully' }])
    assert.equal(await profile(session.access_token), 401, kind)
    assert.equal((await refresh(session.refresh_token)).status, 401, kind)
  }
})

test('a token that was refreshed ends with its session', async () => {
  const session = await start(await aUser(booking.deps))
  const { access_token } = (await refresh(session.refresh_token)).body
  await logOut(session.access_token)
  assert.equal(await profile(access_token), 401)
})

test('other sessions of the account go on', async () => {
  const user = await aUser(booking.deps)
  const [phone, desk] = [await start(user), await start(user)]
  await logOut(phone.access_token)
  assert.equal(await profile(desk.access_token), 200)
  assert.equal((await refresh(desk.refresh_token)).status, 200)
})

test('every instance refuses the refresh token at once, and the access token within a second', async () => {
  const session = await start(await aUser(booking.deps))
  assert.equal(await profile(session.access_token, elsewhere), 200)
  assert.equal((await refresh(session.refresh_token, elsewhere)).status, 200)
  await logOut(session.access_token)
  assert.equal((await refresh(session.refresh_token, elsewhere)).status, 401)
  assert.equal(await profile(session.access_token, elsewhere), 200, 'known there for less than a second')
  booking.clock.advance(1)
  assert.equal(await profile(session.access_token, elsewhere), 401)
})

test('logging out again is no error, and neither is a refresh token that is none', async () => {
  const session = await start(await aUser(booking.deps))
  for (let i = 0; i < 3; i++) assert.equal((await logOut(session.access_token)).status, 200)
  assert.equal((await logOut(session.refresh_token, {})).status, 200)
  const other = await start(await aUser(booking.deps))
  assert.equal((await logOut(other.access_token, { refresh_token: 'nothing at all' })).status, 200)
  assert.equal(await profile(other.access_token), 401)
})

test('a refresh token of another login is ended along with the session', async () => {
  const user = await aUser(booking.deps)
  const [here, before] = [await start(user), await start(user)]
  await logOut(here.access_token, { refresh_token: before.refresh_token })
  assert.equal((await refresh(before.refresh_token)).status, 401)
  assert.equal(await profile(before.access_token), 401)
})

test('everywhere ends every session of the account, and of no other', async () => {
  const [user, bystander] = [await aUser(booking.deps), await aUser(booking.deps)]
  const [phone, desk] = [await start(user), await start(user)]
  const theirs = await start(bystander)
  assert.equal((await logOut(phone.refresh_token, { everywhere: true })).status, 200)
  for (const session of [phone, desk]) {
    assert.equal(await profile(session.access_token), 401)
    assert.equal((await refresh(session.refresh_token, elsewhere)).status, 401)
  }
  assert.equal(await profile(theirs.access_token), 200)
})

test('a session that is over ends no others', async () => {
  const user = await aUser(booking.deps)
  const [stolen, own] = [await start(user), await start(user)]
  await logOut(stolen.access_token)
  const { status, body } = await logOut(stolen.refresh_token, { everywhere: true })
  assert.deepEqual([status, body.code], [401, 'invalid_token'])
  assert.equal(await profile(own.access_token), 200)
})

test('without a token, or with one that is none, there is nothing to log out of', async () => {
  for (const token of [undefined, 'x', `${(await aUser(booking.deps)).token}x`]) {
    const { status, body } = await logOut(token, { everywhere: true })
    assert.deepEqual([status, body.code], [401, 'invalid_token'])
  }
  const { token } = await aUser(booking.deps)
  for (const [body, field] of [
    [{ everywhere: 'yes' }, 'everywhere'],
    [{ refresh_token: 5 }, 'refresh_token'],
    [[], 'body'],
  ] as const) {
    const answer = await logOut(token, body)
    assert.deepEqual([answer.status, answer.body.details[0].field], [400, field])
  }
  assert.equal(await profile(token), 200, 'a request that is refused ends nothing')
})

test('logging out everywhere is in the audit log, logging out of one session is not', async () => {
  const user = await aUser(booking.deps)
  await logOut(user.token)
  await logOut((await start(user)).access_token, { everywhere: true })
  const admin = await aUser(booking.deps, { is_admin: true })
  const { body } = await booking.request('GET', `/api/audit-log?subject=user&subject_id=${user.id}`, {
    token: admin.token,
  })
  assert.deepEqual(
    body.entries.map((entry: { action: string; actor_id: number }) => [entry.action, entry.actor_id]),
    [['user.logged_out_everywhere', user.id]],
  )
})

test('ended sessions are stored for as long as their tokens would last', async () => {
  const own = await startTestBooking()
  const session = await own.deps.identity.sessions.start(
    await aUser(own.deps, { email: `${randomUUID()}@example.com` }),
  )
  await own.request('POST', '/api/auth/logout', { token: session.refresh_token })
  const isRefused = async () =>
    (await own.request('POST', '/api/auth/refresh', { token: session.refresh_token })).status === 401
  const remembered = async () =>
    (await own.deps.db.selectFrom('ended_sessions').select('id').execute()).length
  own.clock.advance(30 * 24 * 3_600 - 1)
  await own.deps.identity.sessions.forgetExpired()
  assert.deepEqual([await isRefused(), await remembered()], [true, 1])
  own.clock.advance(2)
  await own.deps.identity.sessions.forgetExpired()
  assert.deepEqual([await isRefused(), await remembered()], [true, 0])
  await own.close()
})
