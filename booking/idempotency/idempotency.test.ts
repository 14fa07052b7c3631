import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Session } from '#booking/identity/sessions/tokens.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { forgetOldKeys, hashOf } from './idempotency.service.ts'
import * as idempotencyStore from './idempotency.store.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const book = (token: string, event_id: number, key: string, notes?: string) =>
  booking.request('POST', '/api/bookings/', {
    token,
    body: { event_id, notes },
    headers: { 'idempotency-key': key },
  })
const sessionOf = async (token: string) => (await booking.deps.identity.sessions.identify(token)) as Session
const countBookings = async (token: string) =>
  (await booking.request('GET', '/api/bookings/', { token })).body.pagination.total

test('twenty equal requests at once and twenty later are one booking with one answer', async () => {
  const { token } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const key = randomUUID()
  const atOnce = await Promise.all(Array.from({ length: 20 }, () => book(token, event_id, key)))
  const first = atOnce.filter(({ headers, status }) => status === 201 && !headers['idempotency-replayed'])
  assert.equal(first.length, 1)
  for (const { status, body, headers } of atOnce.filter((answer) => answer !== first[0])) {
    if (status === 201) assert.deepEqual(body, first[0]?.body)
    else assert.deepEqual([status, body.code, headers['retry-after']], [409, 'request_in_progress', '1'])
  }
  for (let i = 0; i < 20; i++) {
    const later = await book(token, event_id, key)
    assert.equal(later.status, 201)
    assert.equal(later.headers['idempotency-replayed'], 'true')
    assert.deepEqual(later.body, first[0]?.body)
  }
  assert.equal(await countBookings(token), 1)
})

test('a key belongs to one request of one user', async () => {
  const [user, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps)
  const key = randomUUID()
  const first = await book(user.token, event_id, key)
  const changed = await book(user.token, event_id, key, 'another note')
  assert.deepEqual([changed.status, changed.body.code], [422, 'idempotency_key_reused'])
  const foreign = await book(other.token, event_id, key)
  assert.equal(foreign.status, 201)
  assert.notEqual(foreign.body.booking.id, first.body.booking.id)
})

test('a refusal keeps no key: the same request runs again, and books once there is room', async () => {
  const [holder, user] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps, { max_participants: 1 })
  const { body } = await book(holder.token, event_id, randomUUID())
  const key = randomUUID()
  const refused = await book(user.token, event_id, key)
  assert.deepEqual([refused.status, refused.body.code], [409, 'event_full'])
  await booking.request('PUT', `/api/bookings/${body.booking.id}/cancel`, { token: holder.token })
  const again = await book(user.token, event_id, key)
  assert.deepEqual([again.status, again.headers['idempotency-replayed']], [201, undefined])
  assert.equal((await book(user.token, event_id, key)).headers['idempotency-replayed'], 'true')
  assert.equal(await countBookings(user.token), 1)
})

test('no refused request leaves a row behind, and a crowd of them with one key is refused in order', async () => {
  const user = await aUser(booking.deps)
  const full = await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
  const key = randomUUID()
  for (const event_id of [2_147_483_647, full]) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => book(user.token, event_id, key)))
    for (const { status, body } of answers)
      assert.ok(
        ['event_not_found', 'event_full', 'request_in_progress'].includes(body.code),
        `${status} ${body.code}`,
      )
  }
  assert.equal((await book(user.token, 0, key)).status, 400)
  const rows = booking.deps.db.selectFrom('idempotency_keys').selectAll().where('user_id', '=', user.id)
  assert.deepEqual(await rows.execute(), [])
})

test('of one account the newest thousand keys are kept, and none that is in use is lost', async () => {
  const [busy, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const keep = (user_id: number, count: number) =>
    sql`insert into idempotency_keys (user_id, key, body_hash, status, answer, claimed_at)
        select ${user_id}::int, 'k' || n, '', 201, '{}', ${booking.clock.now()}::timestamptz - n * interval '1 second'
        from generate_series(1, ${count}::int) n`.execute(booking.deps.db)
  await keep(busy.id, 1_500)
  await keep(other.id, 900)
  const request = { user_id: busy.id, key: 'running', body_hash: '' }
  const longAgo = new Date(booking.clock.now().getTime() - 5_000_000)
  await idempotencyStore.claim(booking.deps.db, request, await sessionOf(busy.token), longAgo)
  await forgetOldKeys(booking.deps)
  const keys = async ({ id }: { id: number }) =>
    (
      await booking.deps.db.selectFrom('idempotency_keys').select('key').where('user_id', '=', id).execute()
    ).map(({ key }) => key)
  const left = new Set(await keys(busy))
  assert.deepEqual(
    [left.size, left.has('k1'), left.has('k1000'), left.has('k1001'), left.has('running')],
    [1_001, true, true, false, true],
  )
  assert.equal((await keys(other)).length, 900)
})

test('a booking whose first request died before it answered is answered by the next one', async () => {
  const user = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const key = randomUUID()
  const request = { user_id: user.id, key, body_hash: hashOf([event_id, null]) }
  await idempotencyStore.claim(booking.deps.db, request, await sessionOf(user.token), booking.clock.now())
  const { id: session_id, version: session_version } = await sessionOf(user.token)
  const asked = { user_id: user.id, session_id, session_version }
  await booking.deps.queues.seats.request({ ...asked, event_id, notes: null, idempotency_key: key })

  assert.equal((await book(user.token, event_id, key)).status, 409, 'it might still be running')
  booking.clock.advance(31)
  const recovered = await book(user.token, event_id, key)
  assert.equal(recovered.status, 201, JSON.stringify(recovered.body))
  assert.equal(recovered.body.crm_notified, false)
  assert.equal(await countBookings(user.token), 1)
  assert.deepEqual((await book(user.token, event_id, key)).body, recovered.body)
})

test('a key whose first request died before it booked is free again', async () => {
  const user = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const key = randomUUID()
  const request = { user_id: user.id, key, body_hash: hashOf([event_id, null]) }
  await idempotencyStore.claim(booking.deps.db, request, await sessionOf(user.token), booking.clock.now())
  booking.clock.advance(31)
  const answers = await Promise.all(Array.from({ length: 5 }, () => book(user.token, event_id, key)))
  assert.equal(answers.filter(({ status }) => status === 201).length >= 1, true)
  assert.equal(await countBookings(user.token), 1)
})

test('keys are kept for two days, and do not bypass validation', async () => {
  const user = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const key = randomUUID()
  await book(user.token, event_id, key)
  booking.clock.advance(24 * 3_600)
  const { token } = {
    token: await booking.deps.identity.tokens.issue('access', { userId: user.id, version: 0 }),
  }
  await forgetOldKeys(booking.deps)
  assert.equal((await book(token, event_id, key)).headers['idempotency-replayed'], 'true')
  booking.clock.advance(25 * 3_600)
  await forgetOldKeys(booking.deps)
  const request = { user_id: user.id, key, body_hash: '' }
  assert.equal(await idempotencyStore.find(booking.deps.db, request), undefined)

  const fresh = await booking.deps.identity.tokens.issue('access', { userId: user.id, version: 0 })
  for (const bad of ['', 'two words', 'x'.repeat(256)]) {
    const { status, body } = await book(fresh, event_id, bad)
    assert.deepEqual([status, body.details?.[0]?.field], [400, 'idempotency-key'], bad)
  }
})
