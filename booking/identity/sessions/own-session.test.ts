import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { UserRow } from '#booking/database/user.table.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

const PASSWORD = 'the-only-password'
const DAY = 24 * 3_600

let booking: TestBooking
let password_hash: string

before(async () => {
  booking = await startTestBooking()
  password_hash = await hashPassword(PASSWORD)
})
after(() => booking.close())

const someone = () => aUser(booking.deps, { password_hash })
const start = (user: UserRow) => booking.deps.identity.sessions.start(user)
const logIn = async ({ email }: UserRow, agent: string) => {
  const headers = { 'user-agent': agent }
  const body = { email, password: PASSWORD }
  return (await booking.request('POST', '/api/auth/login', { body, headers })).body
}
const list = (token?: string) => booking.request('GET', '/api/auth/sessions', { token })
const end = (id: string, token?: string) => booking.request('DELETE', `/api/auth/sessions/${id}`, { token })
const refresh = (token: string) => booking.request('POST', '/api/auth/refresh', { token })
const profile = async (token: string) => (await booking.request('GET', '/api/auth/profile', { token })).status
const actions = async ({ id }: UserRow) => {
  const rows = await booking.deps.db
    .selectFrom('audit_log')
    .select(['action', 'actor_id'])
    .where('subject', '=', 'user')
    .where('subject_id', '=', id)
    .execute()
  return rows.map(({ action, actor_id }) => [action, actor_id])
}

test('sessions are listed with what they are on and since when, the last used first', async () => {
  const user = await someone()
  const desk = await logIn(user, 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0')
  const begun = toWireTime(booking.clock.now())
  booking.clock.advance(120)
  await logIn(user, 'curl/8.5.0')
  booking.clock.advance(120)
  const used = toWireTime(booking.clock.now())
  await refresh(desk.refresh_token)
  const { status, body } = await list(desk.access_token)
  assert.equal(status, 200)
  assert.deepEqual(
    body.sessions.map(({ device, is_current }: { device: string; is_current: boolean }) => [
      device,
      is_current,
    ]),
    [
      ['Firefox on Linux', true],
      ['curl/8.5.0', false],
    ],
  )
  const [{ started_at, last_used_at }] = body.sessions
  assert.deepEqual([started_at, last_used_at], [begun, used])
  assert.equal((await list()).status, 401)
})

test('one is ended, and no other', async () => {
  const [user, stranger] = [await someone(), await someone()]
  const [here, there, theirs] = [await start(user), await start(user), await start(stranger)]
  const ofStranger = (await list(theirs.access_token)).body.sessions[0].id
  const other = (await list(there.access_token)).body.sessions.find(
    ({ is_current }: { is_current: boolean }) => is_current,
  ).id
  for (const id of [ofStranger, 'none', '00000000-0000-4000-8000-000000000000']) {
    const { status, body } = await end(id, here.access_token)
    assert.deepEqual([status, body.code], [404, 'session_not_found'], id)
  }
  assert.equal((await end(other)).status, 401)
  const { status, body } = await end(other, here.access_token)
  assert.deepEqual([status, body], [200, { message: 'Session ended successfully' }])
  assert.deepEqual(
    [await profile(there.access_token), (await refresh(there.refresh_token)).status],
    [401, 401],
  )
  assert.deepEqual([await profile(here.access_token), await profile(theirs.access_token)], [200, 200])
  assert.equal((await list(here.access_token)).body.sessions.length, 1)
  assert.equal((await end(other, here.access_token)).status, 404, 'it is ended once')
  assert.deepEqual(await actions(user), [['user.session_ended', user.id]])
})

test('logging out, everywhere too, takes sessions off the list', async () => {
  const user = await someone()
  const [first, second] = [await start(user), await start(user)]
  await booking.request('POST', '/api/auth/logout', { token: first.access_token })
  assert.equal((await list(second.access_token)).body.sessions.length, 1)
  await booking.request('POST', '/api/auth/logout', {
    token: second.access_token,
    body: { everywhere: true },
  })
  assert.equal((await list((await logIn(user, 'x')).access_token)).body.sessions.length, 1)
})

test('a session from before sessions were stored is listed once it has been refreshed', async () => {
  const user = await someone()
  const [access, token] = [user.token, await booking.deps.identity.sessions.issue('refresh', user)]
  const begun = toWireTime(booking.clock.now())
  assert.deepEqual((await list(access)).body.sessions, [])
  booking.clock.advance(DAY)
  const { body } = await refresh(token)
  const { sessions } = (await list(body.access_token)).body
  assert.deepEqual([sessions.length, sessions[0].started_at, sessions[0].is_current], [1, begun, true])
})

test('a client that keeps its first refresh token can use it until it expires', async () => {
  const { refresh_token } = await start(await someone())
  for (let day = 0; day < 30; day++) {
    assert.equal((await refresh(refresh_token)).status, 200)
    booking.clock.advance(DAY)
  }
  assert.equal((await refresh(refresh_token)).status, 401)
})

test('a replaced token works for a minute; after that its use ends the session', async () => {
  const user = await someone()
  const first = await start(user)
  const second = (await refresh(first.refresh_token)).body
  const third = (await refresh(second.refresh_token)).body
  booking.clock.advance(59)
  assert.equal((await refresh(first.refresh_token)).status, 200, 'another tab')
  booking.clock.advance(1)
  const reused = await refresh(first.refresh_token)
  assert.deepEqual([reused.status, reused.body.code], [401, 'invalid_token'])
  for (const { refresh_token } of [second, third]) assert.equal((await refresh(refresh_token)).status, 401)
  for (const { access_token } of [first, second, third]) assert.equal(await profile(access_token), 401)
  assert.deepEqual(await actions(user), [['user.refresh_token_reused', null]])
})

test('a thief and the owner who renew alternately are detected, in either order', async () => {
  const { refresh_token } = await start(await someone())
  const [thief, owner] = [(await refresh(refresh_token)).body, (await refresh(refresh_token)).body]
  booking.clock.advance(3_000)
  const next = await refresh(thief.refresh_token)
  assert.equal(next.status, 200)
  booking.clock.advance(600)
  assert.equal((await refresh(owner.refresh_token)).status, 401)
  assert.equal((await refresh(next.body.refresh_token)).status, 401)
})

test('renewed again and again a session lasts ninety days', async () => {
  let { refresh_token } = await start(await someone())
  for (let day = 0; day < 90; day += 10) {
    const { status, body } = await refresh(refresh_token)
    assert.equal(status, 200, `day ${day}`)
    refresh_token = body.refresh_token
    booking.clock.advance(10 * DAY)
  }
  assert.equal((await refresh(refresh_token)).status, 401)
})

test('a hundred at once, with one token or each with its own, all succeed', async () => {
  const { refresh_token } = await start(await someone())
  const hundred = () => Array.from({ length: 100 })
  const first = await Promise.all(hundred().map(() => refresh(refresh_token)))
  const second = await Promise.all(first.map(({ body }) => refresh(body.refresh_token)))
  const statuses = [...first, ...second].map(({ status }) => status)
  assert.deepEqual([...new Set(statuses)], [200])
})

test('of more than a hundred sessions the ones that were not used longest are ended', async () => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' }, deps: { clock: booking.clock } })
  const user = await aUser(own.deps)
  const oldest = await own.deps.identity.sessions.start(user)
  booking.clock.advance(1)
  const others = []
  for (let i = 0; i < 100; i++) others.push(await own.deps.identity.sessions.start(user))
  const renew = async (token = '') => (await own.request('POST', '/api/auth/refresh', { token })).status
  assert.deepEqual([await renew(oldest.refresh_token), await renew(others[0]?.refresh_token)], [401, 200])
  const { body } = await own.request('GET', '/api/auth/sessions', { token: others[0]?.access_token })
  assert.equal(body.sessions.length, 100)
  await own.close()
})

test('whose password was changed while it was checked gets no session', async () => {
  const user = await someone()
  await booking.deps.db
    .transaction()
    .execute((trx) =>
      trx.updateTable('users').set({ session_version: 1 }).where('id', '=', user.id).execute(),
    )
  await assert.rejects(start(user), { status: 401, code: 'account_changed' })
  await booking.deps.db
    .updateTable('users')
    .set({ session_version: 0, is_active: false })
    .where('id', '=', user.id)
    .execute()
  await assert.rejects(start(user), { status: 401, code: 'account_changed' })
})

test('rows of sessions that nobody uses any more are removed', async () => {
  const own = await startTestBooking()
  await own.deps.identity.sessions.start(await aUser(own.deps))
  const count = async () => (await own.deps.db.selectFrom('sessions').select('id').execute()).length
  own.clock.advance(30 * DAY - 1)
  await own.deps.identity.sessions.forgetExpired()
  assert.equal(await count(), 1)
  own.clock.advance(2)
  await own.deps.identity.sessions.forgetExpired()
  assert.equal(await count(), 0)
  await own.close()
})
