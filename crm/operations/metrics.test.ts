import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startBackupWriter } from '#crm/backup/backup-writer.ts'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { figure } from '#harness/clients/read-metrics.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

let crm: TestCrm

before(async () => {
  crm = await startTestCrm()
})
after(() => crm.close())

const token = TEST_CRM_TOKEN
const read = async (name: string, outcome: string) => {
  const { status, body } = await crm.request('GET', '/metrics')
  assert.equal(status, 200)
  return figure(body, name, { outcome })
}
const received = async () => {
  const outcomes = ['stored', 'duplicate', 'invalid', 'unauthorized']
  return Promise.all(outcomes.map((outcome) => read('stillpoint_crm_notifications_total', outcome)))
}

test('notifications are told by what became of them, one by one and in batches', async () => {
  const [first, second] = [aNotification(), aNotification()]
  assert.deepEqual(await received(), [0, 0, 0, 0])
  await crm.request('POST', '/api/notify', { token, body: first })
  await crm.request('POST', '/api/notify', { token, body: first })
  assert.deepEqual(await received(), [1, 1, 0, 0])
  await crm.request('POST', '/api/notify/batch', { token, body: { notifications: [first, second, {}] } })
  assert.deepEqual(await received(), [2, 2, 1, 0])
  assert.equal((await crm.request('POST', '/api/notify', { token, body: {} })).status, 400)
  assert.equal((await crm.request('POST', '/api/notify', { token: 'other', body: first })).status, 401)
  assert.deepEqual(await received(), [2, 2, 2, 1])
})

test('backups are told, and those that fail', async () => {
  const backups = (outcome: string) => read('stillpoint_crm_backups_total', outcome)
  const writer = startBackupWriter(crm.deps)
  await crm.request('POST', '/api/notify', { token, body: aNotification() })
  await waitUntil(async () => (await backups('written')) === 1, 5_000)
  await writer.stop()
  assert.equal(await backups('failed'), 0)
  const config = { ...crm.deps.config, backupFile: '/dev/null/no-such-folder/crm.json' }
  const failing = startBackupWriter({ ...crm.deps, config }, { lastWriteMaxMs: 100 })
  await crm.request('POST', '/api/notify', { token, body: aNotification() })
  await waitUntil(async () => (await backups('failed')) === 1, 5_000)
  await failing.stop()
})
