import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { deliverDue } from '#booking/crm-link/outbox/outbox-relay.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { figure } from '#harness/clients/read-metrics.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const read = async (name: string, labels: Record<string, string> = {}) => {
  const { status, body } = await booking.request('GET', '/metrics')
  assert.equal(status, 200)
  return figure(body, name, labels)
}

async function book(event_id: number) {
  const { token } = await aUser(booking.deps)
  return booking.request('POST', '/api/bookings/', { token, body: { event_id } })
}

test('every outcome is initialised to 0', async () => {
  for (const outcome of ['booked', 'full', 'overlapping', 'unavailable'])
    assert.equal(await read('stillpoint_booking_attempts_total', { outcome }), 0, outcome)
  assert.equal(await read('stillpoint_crm_messages_total', { outcome: 'refused' }), 0)
})

test('bookings and refusals are counted by reason', async () => {
  const event_id = await anEvent(booking.deps, { max_participants: 1 })
  assert.deepEqual([(await book(event_id)).status, (await book(event_id)).status], [201, 409])
  assert.equal(await read('stillpoint_booking_attempts_total', { outcome: 'booked' }), 1)
  assert.equal(await read('stillpoint_booking_attempts_total', { outcome: 'full' }), 1)
})

test('the delivery lag is observed when the CRM acknowledges', async () => {
  const told = (await read('stillpoint_crm_delivery_lag_seconds_count')) ?? 0
  booking.crm.isAway = true
  assert.equal((await book(await anEvent(booking.deps))).body.crm_notified, false)
  booking.clock.advance(90)
  assert.equal(await read('stillpoint_crm_queue_messages'), 1)
  assert.equal(await read('stillpoint_crm_queue_age_seconds'), 90)
  booking.crm.isAway = false
  await deliverDue(booking.deps)
  assert.equal(await read('stillpoint_crm_queue_messages'), 0)
  assert.equal(await read('stillpoint_crm_delivery_lag_seconds_count'), told + 1)
  assert.equal(await read('stillpoint_crm_delivery_lag_seconds_sum'), 90)
})

test('caches count hits and misses', async () => {
  const { token } = await aUser(booking.deps)
  const lookups = (cache: string, result: string) => read('stillpoint_cache_lookups_total', { cache, result })
  const hits = (await lookups('event_pages', 'hit')) ?? 0
  const misses = (await lookups('event_pages', 'miss')) ?? 0
  for (let i = 0; i < 3; i++) await booking.request('GET', '/api/events/?per_page=3', { token })
  assert.deepEqual(
    [await lookups('event_pages', 'hit'), await lookups('event_pages', 'miss')],
    [hits + 2, misses + 1],
  )
  assert.ok(((await lookups('accounts', 'hit')) ?? 0) > 0)
  assert.ok(((await lookups('accounts', 'miss')) ?? 0) > 0)
})

test('while the database is unavailable the gauges that query it are missing, all others are reported', async () => {
  const other = await booking.startInstance()
  const ask = async (name: string) => figure((await other.request('GET', '/metrics')).body, name)
  assert.deepEqual([await ask('stillpoint_database_up'), await ask('stillpoint_crm_queue_messages')], [1, 0])
  assert.ok(((await ask('stillpoint_database_connections_max')) ?? 0) > 0)
  other.deps.databases.pool.connect = () => Promise.reject(new Error('Connection terminated')) as never
  assert.deepEqual(
    [await ask('stillpoint_database_up'), await ask('stillpoint_crm_queue_messages')],
    [0, undefined],
  )
  assert.equal(await ask('stillpoint_database_waiting'), 0)
  assert.equal((await other.request('GET', '/metrics')).status, 200)
})
