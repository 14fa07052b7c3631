import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { deliverDue } from './outbox-relay.ts'

let booking: TestBooking
let admin: string
let attendee: string

before(async () => {
  booking = await startTestBooking()
  admin = (await aUser(booking.deps, { is_admin: true })).token
  attendee = (await aUser(booking.deps)).token
})
after(() => booking.close())

const look = (token?: string) => booking.request('GET', '/api/delivery', { token })

async function book() {
  const { token } = await aUser(booking.deps)
  const body = { event_id: await anEvent(booking.deps) }
  assert.equal((await booking.request('POST', '/api/bookings/', { token, body })).status, 201)
}

test('when everything is acknowledged nothing waits', async () => {
  await book()
  // It is noted after the answer, and on a busy machine left to the relay, which sends what is still held after the lease.
  await booking.deps.crm.delivery.settle()
  booking.clock.advance(60)
  await deliverDue(booking.deps)
  const { status, body } = await look(admin)
  assert.equal(status, 200)
  assert.deepEqual(body, {
    waiting: 0,
    oldest_at: null,
    is_crm_away: false,
    erasures_waiting: 0,
    checked_at: toWireTime(booking.clock.now()),
  })
})

test('messages wait while the CRM is away, and are gone once it is back', async () => {
  booking.crm.isAway = true
  const since = toWireTime(booking.clock.now())
  for (let i = 0; i < 3; i++) await book()
  booking.clock.advance(60)
  const { body } = await look(admin)
  assert.deepEqual([body.waiting, body.oldest_at, body.is_crm_away], [3, since, true])
  booking.crm.isAway = false
  await deliverDue(booking.deps)
  await deliverDue(booking.deps)
  const after = (await look(admin)).body
  assert.deepEqual([after.waiting, after.oldest_at, after.is_crm_away], [0, null, false])
})

test('it is for admins', async () => {
  assert.equal((await look()).status, 401)
  const refused = await look(attendee)
  assert.deepEqual([refused.status, refused.body.code], [403, 'admins_only'])
})
