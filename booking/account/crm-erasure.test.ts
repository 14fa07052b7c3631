import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { sql } from 'kysely'
import * as crmErasureStore from '#booking/crm-link/erasures/crm-erasure.store.ts'
import { deliverDue } from '#booking/crm-link/outbox/outbox-relay.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { eraseDue } from './crm-erasure.service.ts'

const password = 'the-only-password'

let booking: TestBooking
let password_hash: string

before(async () => {
  booking = await startTestBooking()
  password_hash = await hashPassword(password)
})
afterEach(async () => {
  booking.crm.isAway = false
  for (let round = 0; round < 4; round++) {
    booking.clock.advance(120)
    await deliverDue(booking.deps)
    await eraseDue(booking.deps)
  }
  booking.crm.forgotten.length = 0
})
after(() => booking.close())

async function aDeletedUser(): Promise<number> {
  const { token, id } = await aUser(booking.deps, { password_hash })
  assert.equal(
    (await booking.request('DELETE', '/api/auth/account', { token, body: { password } })).status,
    200,
  )
  return id
}

const waiting = () => crmErasureStore.countWaiting(booking.deps.db)

test('the erasure is sent shortly after the deletion, and repeated a minute later', async () => {
  const id = await aDeletedUser()
  await eraseDue(booking.deps)
  assert.deepEqual(booking.crm.forgotten, [], 'not while requests may still be under way')
  booking.clock.advance(10)
  assert.equal(await eraseDue(booking.deps), true)
  assert.deepEqual([booking.crm.forgotten, await waiting()], [[id], 0])
  booking.clock.advance(59)
  assert.equal(await eraseDue(booking.deps), false)
  booking.clock.advance(1)
  assert.equal(await eraseDue(booking.deps), true)
  booking.clock.advance(3_600)
  assert.equal(await eraseDue(booking.deps), false)
  assert.deepEqual(booking.crm.forgotten, [id, id])
  const { token } = await aUser(booking.deps, { is_admin: true })
  const { body } = await booking.request('GET', `/api/audit-log?subject=user&subject_id=${id}`, { token })
  assert.deepEqual(
    body.entries.map((entry: { action: string; actor_id: number | null }) => [entry.action, entry.actor_id]),
    [
      ['user.forgotten_by_crm', null],
      ['user.deleted', id],
    ],
  )
})

test('after any outage of the CRM the erasure is sent soon after it is back', async () => {
  booking.crm.isAway = true
  const id = await aDeletedUser()
  for (let day = 0; day < 30; day++) {
    booking.clock.advance(24 * 3_600)
    await eraseDue(booking.deps)
  }
  assert.equal(await waiting(), 1)
  const { body: metrics } = await booking.request('GET', '/metrics')
  assert.match(metrics, /stillpoint_crm_erasures_waiting 1\n/)
  booking.crm.isAway = false
  booking.clock.advance(80)
  await eraseDue(booking.deps)
  assert.deepEqual([booking.crm.forgotten, await waiting()], [[id], 0])
})

test('a CRM without this route is retried at least once an hour', async () => {
  const { crm } = booking
  const forget = crm.anonymise
  let asked = 0
  booking.deps.crm.client = { ...crm, anonymise: async () => `CRM answered ${++asked && 404}` }
  const id = await aDeletedUser()
  for (let minute = 0; minute < 24 * 60; minute++) {
    booking.clock.advance(60)
    await eraseDue(booking.deps)
  }
  assert.ok(asked >= 24 && asked <= 60, `${asked} times in a day`)
  booking.deps.crm.client = { ...crm, anonymise: forget }
  booking.clock.advance(1.25 * 3_600)
  await eraseDue(booking.deps)
  assert.deepEqual([crm.forgotten, await waiting()], [[id], 0])
})

test('the erasure waits until all messages of the person’s bookings are acknowledged, which are anonymous by then', async () => {
  const { token, id, email } = await aUser(booking.deps, { password_hash })
  booking.crm.isAway = true
  booking.crm.received.length = 0
  await booking.request('POST', '/api/bookings/', { token, body: { event_id: await anEvent(booking.deps) } })
  await booking.request('DELETE', '/api/auth/account', { token, body: { password } })
  booking.crm.isAway = false
  booking.clock.advance(60)
  assert.equal(await eraseDue(booking.deps), false)
  for (let i = 0; i < 3; i++) {
    await deliverDue(booking.deps)
    booking.clock.advance(60)
  }
  assert.equal(await eraseDue(booking.deps), true)
  assert.deepEqual(booking.crm.forgotten, [id])
  assert.equal(booking.crm.received.length, 2)
  assert.doesNotMatch(JSON.stringify(booking.crm.received), new RegExp(email))
})

test('no instance gives a seat while its cache still has the deleted account', async () => {
  const elsewhere = await booking.startInstance()
  const { token } = await aUser(booking.deps, { password_hash })
  assert.equal((await elsewhere.request('GET', '/api/auth/profile', { token })).status, 200)
  await booking.request('DELETE', '/api/auth/account', { token, body: { password } })
  const event_id = await anEvent(booking.deps)
  const late = await elsewhere.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.deepEqual([late.status, late.body.code], [401, 'invalid_token'])
})

test('a booking by an instance of the previous release is cancelled, and its texts are deleted', async () => {
  const id = await aDeletedUser()
  const event_id = await anEvent(booking.deps)
  await sql`
    with booked as (
      insert into bookings (user_id, event_id, during, notes)
      select ${id}, id, tstzrange(start_datetime, end_datetime), 'a late note' from events where id = ${event_id}
    )
    update events set current_participants = 1 where id = ${event_id}`.execute(booking.deps.db)
  booking.clock.advance(10)
  await eraseDue(booking.deps)
  assert.deepEqual(booking.crm.forgotten, [], 'first it hears of that')
  const seats = await booking.deps.db
    .selectFrom('events')
    .select('current_participants')
    .where('id', '=', event_id)
    .executeTakeFirstOrThrow()
  assert.equal(seats.current_participants, 0)
  const notes = await booking.deps.db
    .selectFrom('bookings')
    .select('notes')
    .where('user_id', '=', id)
    .execute()
  assert.deepEqual(notes, [{ notes: null }])
  for (let i = 0; i < 3; i++) {
    booking.clock.advance(60)
    await deliverDue(booking.deps)
    await eraseDue(booking.deps)
  }
  assert.deepEqual(booking.crm.forgotten, [id, id])
})

test('two workers never tell the same', async () => {
  await aDeletedUser()
  booking.clock.advance(10)
  const claims = await Promise.all([
    crmErasureStore.claimDue(booking.deps.db, booking.clock.now(), 10),
    crmErasureStore.claimDue(booking.deps.db, booking.clock.now(), 10),
  ])
  assert.equal(claims.flat().length, 1)
  booking.clock.advance(60)
  await eraseDue(booking.deps)
  assert.equal(await waiting(), 0, 'the lease of a worker that died ends')
})

test('all erasures are repeated after an old backup of the CRM was restored', async () => {
  const told = await booking.deps.db.selectFrom('crm_erasures').select('user_id').execute()
  assert.ok(told.length >= 5)
  assert.equal(await crmErasureStore.repeatAll(booking.deps.db, booking.clock.now()), told.length)
  await eraseDue(booking.deps)
  assert.deepEqual(booking.crm.forgotten.sort(), told.map(({ user_id }) => user_id).sort())
})
