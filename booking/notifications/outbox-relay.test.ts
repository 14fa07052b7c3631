import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { anEvent, aUser } from '#testing/factories.ts'
import { startTestBooking, type TestBooking } from '#testing/test-booking.ts'
import * as outboxStore from './outbox.store.ts'
import { deliverDue } from './outbox-relay.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
afterEach(() => {
  booking.crm.isAway = false
  booking.crm.received.length = 0
})
after(() => booking.close())

async function book(): Promise<{ id: number; token: string; crm_notified: boolean }> {
  const { token } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const { status, body } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(status, 201)
  return { id: body.booking.id, token, crm_notified: body.crm_notified }
}

async function drain(): Promise<void> {
  await booking.deps.delivery.settle()
  for (let i = 0; i < 20 && (await countWaiting()) > 0; i++) {
    booking.clock.advance(60)
    await deliverDue(booking.deps)
  }
}

const countWaiting = async () => (await outboxStore.summarise(booking.deps.db)).count

const told = () => booking.crm.received.map(({ booking_id, status }) => [booking_id, status])

test('a CRM that is away costs nobody a booking, and hears of it when it is back', async () => {
  booking.crm.isAway = true
  const { id, crm_notified } = await book()
  assert.equal(crm_notified, false)
  assert.deepEqual(told(), [])
  for (let hour = 0; hour < 80; hour++) {
    booking.clock.advance(3_600)
    await deliverDue(booking.deps)
  }
  assert.equal(await countWaiting(), 1, 'nothing is given up, however long it takes')
  booking.crm.isAway = false
  await drain()
  assert.deepEqual(told(), [[id, undefined]])
  assert.equal(await countWaiting(), 0)
})

test('a booking and its cancellation arrive in that order', async () => {
  booking.crm.isAway = true
  const { id, token } = await book()
  await booking.request('PUT', `/api/bookings/${id}/cancel`, { token })
  booking.crm.isAway = false
  await drain()
  assert.deepEqual(told(), [
    [id, undefined],
    [id, 'cancelled'],
  ])
})

test('a message that is being tried is left alone until its lease ends', async () => {
  booking.crm.isAway = true
  await book()
  booking.crm.isAway = false
  booking.clock.advance(60)
  const [first, second] = await Promise.all([
    outboxStore.claimDue(booking.deps.db, booking.clock.now(), 10),
    outboxStore.claimDue(booking.deps.db, booking.clock.now(), 10),
  ])
  assert.equal(first.length + second.length, 1, 'two workers never hold the same message')
  booking.clock.advance(outboxStore.LEASE_SECONDS - 1)
  assert.equal((await outboxStore.claimDue(booking.deps.db, booking.clock.now(), 10)).length, 0)
  booking.clock.advance(2)
  await deliverDue(booking.deps)
  assert.equal(told().length, 1, 'a worker that died holds nothing for ever')
})
