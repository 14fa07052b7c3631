import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '#crm/database/database.ts'
import { startTestCrm, TEST_CRM_TOKEN } from '#harness/apps/test-crm.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { connect } from '#shared/db/connect.ts'

test('health counts what was received and lists the published endpoints, without a token', async (t) => {
  const crm = await startTestCrm({ env: { CRM_PORT: '18003' } })
  t.after(() => crm.close())
  const empty = await crm.request('GET', '/health')
  assert.deepEqual([empty.status, empty.body.notifications_received, empty.body.unique_events], [200, 0, 0])
  const event = { ...aNotification().event, id: 2 }
  const sent = [
    aNotification(),
    aNotification({ facilitator_id: 2 }),
    aNotification({ facilitator_id: 2, event }),
    aNotification({ facilitator_id: 3, event, status: 'cancelled' }),
  ]
  for (const body of sent) await crm.request('POST', '/api/notify', { token: TEST_CRM_TOKEN, body })
  const { status, body } = await crm.request('GET', '/health')
  assert.equal(status, 200)
  assert.match(body.timestamp, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  assert.deepEqual(body, {
    status: 'healthy',
    service: 'CRM Notification Service',
    port: 18003,
    timestamp: body.timestamp,
    notifications_received: 4,
    unique_facilitators: 3,
    unique_events: 2,
    endpoints: [
      '/health',
      '/api/notify',
      '/api/bookings',
      '/api/facilitators/{id}/bookings',
      '/api/facilitators/{id}/dashboard',
      '/api/bookings/{id}',
      '/api/bookings/{id}/status',
    ],
  })
})

test('without a database it is unhealthy, and says so with 503', async (t) => {
  const away = connect<Database>({ url: 'postgres://nobody@127.0.0.1:1/none', log: { info() {}, warn() {} } })
  const crm = await startTestCrm({ deps: { db: away.db } })
  t.after(() => crm.close())
  const { status, headers, body } = await crm.request('GET', '/health')
  assert.deepEqual([status, headers['retry-after']], [503, '5'])
  assert.deepEqual(
    [body.status, body.database, body.code],
    ['unhealthy', 'disconnected', 'database_unavailable'],
  )
  const list = await crm.request('GET', '/api/bookings', { token: TEST_CRM_TOKEN })
  assert.deepEqual([list.status, list.body.code], [503, 'database_unavailable'])
})
