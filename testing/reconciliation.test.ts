import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCrmClient } from '#booking/crm-link/outbox/crm-client.ts'
import { deliverDue } from '#booking/crm-link/outbox/outbox-relay.ts'
import { sweep } from '#booking/crm-link/reconciliation/reconciliation.service.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { aNotification } from '#harness/data/notification.factory.ts'

/** Both apps, each on its own database, speaking HTTP. */

let booking: TestBooking
let crm: TestCrm
let admin: string

before(async () => {
  crm = await startTestCrm()
  const url = await crm.app.listen({ host: '127.0.0.1', port: 0 })
  booking = await startTestBooking({ deps: { crmClient: createCrmClient(url, TEST_CRM_TOKEN) } })
  admin = (await aUser(booking.deps, { is_admin: true })).token
})
after(async () => {
  await booking.close()
  await crm.close()
})

const report = async () => (await booking.request('GET', '/api/reconcile', { token: admin })).body

async function book(): Promise<number> {
  const { token } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const { body } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(body.crm_notified, true)
  await booking.deps.crm.delivery.settle()
  return body.booking.id
}

test('what was booked is what the CRM knows', async () => {
  await book()
  const { in_agreement, compared, waiting, missing, differing, unknown } = await report()
  assert.deepEqual([in_agreement, compared, waiting], [true, 1, 0])
  for (const each of [missing, differing, unknown]) assert.deepEqual(each, { count: 0, booking_ids: [] })
})

test('a row that vanished from the CRM is reported, and the sweep brings it back', async () => {
  const id = await book()
  await crm.deps.db.deleteFrom('notifications').where('booking_id', '=', id).execute()
  assert.deepEqual((await report()).missing, { count: 1, booking_ids: [id] })
  await sweep(booking.deps)
  assert.equal((await report()).waiting, 1, 'queued again, so no longer a disagreement')
  await deliverDue(booking.deps)
  assert.equal((await report()).in_agreement, true)
  assert.equal((await crm.request('GET', `/api/bookings/${id}`, { token: TEST_CRM_TOKEN })).status, 200)
})

test('a cancellation that only one side knows is repaired too', async () => {
  const id = await book()
  await booking.deps.db.updateTable('bookings').set({ status: 'CANCELLED' }).where('id', '=', id).execute()
  assert.deepEqual((await report()).differing, { count: 1, booking_ids: [id] })
  await sweep(booking.deps)
  await deliverDue(booking.deps)
  assert.equal((await report()).in_agreement, true)
})

test('an admin need not wait for the sweep', async () => {
  const id = await book()
  await crm.deps.db.deleteFrom('notifications').where('booking_id', '=', id).execute()
  const { status, body } = await booking.request('POST', '/api/reconcile', { token: admin })
  assert.equal(status, 200)
  assert.deepEqual([body.in_agreement, body.missing], [false, { count: 1, booking_ids: [id] }])
  await deliverDue(booking.deps)
  assert.equal((await report()).in_agreement, true)
  const again = await booking.request('POST', '/api/reconcile', { token: admin })
  assert.deepEqual([again.body.in_agreement, again.body.waiting], [true, 0])
})

test('bookings that only the CRM knows are reported and left alone', async () => {
  const id = await book()
  await booking.deps.db.deleteFrom('bookings').where('id', '=', id).execute()
  await book()
  assert.deepEqual((await report()).unknown, { count: 1, booking_ids: [id] })
  await sweep(booking.deps)
  assert.equal((await crm.request('GET', `/api/bookings/${id}`, { token: TEST_CRM_TOKEN })).status, 200)
})

test('the report is for admins, and says so when the CRM cannot be asked', async () => {
  assert.equal((await booking.request('GET', '/api/reconcile')).status, 401)
  const { token } = await aUser(booking.deps)
  assert.equal((await booking.request('POST', '/api/reconcile')).status, 401)
  for (const method of ['GET', 'POST'] as const) {
    const refused = await booking.request(method, '/api/reconcile', { token })
    assert.deepEqual([refused.status, refused.body.code], [403, 'admins_only'])
  }

  const alone = await startTestBooking({ deps: { crmClient: createCrmClient('http://127.0.0.1:9', 'x') } })
  const user = await aUser(alone.deps, { is_admin: true })
  const event_id = await anEvent(alone.deps)
  await alone.request('POST', '/api/bookings/', { token: user.token, body: { event_id } })
  for (const method of ['GET', 'POST'] as const) {
    const away = await alone.request(method, '/api/reconcile', { token: user.token })
    assert.deepEqual([away.status, away.body.code], [503, 'crm_unavailable'])
  }
  const { body: metrics } = await alone.request('GET', '/metrics')
  assert.match(metrics, /stillpoint_crm_queue_messages 1\n/)
  assert.match(metrics, /stillpoint_booking_attempts_total\{outcome="booked"\} 1\n/)
  await alone.close()
})

test('the CRM answers digests to a caller with its token, over spans that make sense', async () => {
  await crm.request('POST', '/api/notify', {
    token: TEST_CRM_TOKEN,
    body: aNotification({ booking_id: 5_000 }),
  })
  const ask = (query: string, token: string | undefined = TEST_CRM_TOKEN) =>
    crm.request('GET', `/api/reconcile?${query}`, { token })
  const { body } = await ask('from=4001&to=6000')
  assert.deepEqual(
    body.ranges.map(({ from, count }: { from: number; count: number }) => [from, count]),
    [[4001, 1]],
  )
  assert.equal((await crm.request('GET', '/api/reconcile?from=1&to=2')).status, 401)
  for (const query of ['', 'from=1', 'from=0&to=5', 'from=5&to=4', 'from=1&to=100001', 'from=a&to=b']) {
    assert.equal((await ask(query)).status, 400, query)
  }
})
