import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { pino } from 'pino'
import { addDemoData } from '#booking/demo/demo-data.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
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

async function book({ deps, request } = booking): Promise<{
  id: number
  token: string
  crm_notified: boolean
}> {
  const { token } = await aUser(deps)
  const event_id = await anEvent(deps)
  const { status, body } = await request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(status, 201)
  return { id: body.booking.id, token, crm_notified: body.crm_notified }
}

async function drain(): Promise<void> {
  await booking.deps.crm.delivery.settle()
  for (let i = 0; i < 20 && (await countWaiting()) > 0; i++) {
    booking.clock.advance(60)
    await deliverDue(booking.deps)
  }
}

const countWaiting = async () => (await outboxStore.summarise(booking.deps.db)).count

const received = () => booking.crm.received.map(({ booking_id, status }) => [booking_id, status])

test('bookings succeed while the CRM is away, and are delivered when it is back', async () => {
  booking.crm.isAway = true
  const { id, crm_notified } = await book()
  assert.equal(crm_notified, false)
  assert.deepEqual(received(), [])
  for (let hour = 0; hour < 80; hour++) {
    booking.clock.advance(3_600)
    await deliverDue(booking.deps)
  }
  assert.equal(await countWaiting(), 1, 'nothing is given up, however long it takes')
  booking.crm.isAway = false
  await drain()
  assert.deepEqual(received(), [[id, undefined]])
  assert.equal(await countWaiting(), 0)
})

test('a booking and its cancellation arrive in that order', async () => {
  booking.crm.isAway = true
  const { id, token } = await book()
  await booking.request('PUT', `/api/bookings/${id}/cancel`, { token })
  booking.crm.isAway = false
  await drain()
  assert.deepEqual(received(), [
    [id, undefined],
    [id, 'cancelled'],
  ])
})

test('a claimed message is not claimed again until its lease ends', async () => {
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
  assert.equal(received().length, 1, 'the lease of a worker that died ends')
})

test('late deliveries are logged, those of demo data are not', async () => {
  const lines: string[] = []
  const log = pino({}, { write: (line) => void lines.push(JSON.parse(line).msg) })
  const fresh = await startTestBooking({ deps: { log } })
  const { deps, clock, crm } = fresh
  const said = () => lines.splice(0).filter((line) => line === 'CRM told of what had waited').length
  await addDemoData(deps)
  // Demo data has the database's time, which has gone on meanwhile.
  clock.advance(outboxStore.LEASE_SECONDS - 1)
  assert.ok((await deliverDue(deps)).delivered > 0)
  assert.equal(said(), 0)

  crm.isAway = true
  await book(fresh)
  crm.isAway = false
  assert.equal((await deliverDue(deps)).delivered, 1)
  assert.equal(said(), 1, 'it was tried before')

  for (let i = 0; i < 3; i++) deps.crm.breaker.fail()
  await book(fresh)
  deps.crm.breaker.succeed()
  clock.advance(outboxStore.LEASE_SECONDS)
  assert.equal((await deliverDue(deps)).delivered, 1)
  assert.equal(said(), 1, 'nobody tried, because the CRM was known to be away')
  await fresh.close()
})
