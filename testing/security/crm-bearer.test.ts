import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { after, before, test } from 'node:test'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { aNotification } from '#harness/data/notification.factory.ts'

const PREVIOUS = 'the-token-before-this-one-0123456789'

let crm: TestCrm

before(async () => {
  crm = await startTestCrm({ env: { CRM_BEARER_TOKEN_PREVIOUS: PREVIOUS } })
})
after(() => crm.close())

const status = async (authorization: string, own = crm) =>
  (await own.request('GET', '/api/bookings', { headers: { authorization } })).status

test('what counts as the token, case by case', async () => {
  const cases: [string, number][] = [
    [`Bearer ${TEST_CRM_TOKEN}`, 200],
    [`Bearer ${PREVIOUS}`, 200],
    [`bearer ${TEST_CRM_TOKEN}`, 200],
    [`BEARER ${PREVIOUS}`, 200],
    [`Bearer ${TEST_CRM_TOKEN.toUpperCase()}`, 401],
    [`Bearer ${TEST_CRM_TOKEN}${PREVIOUS}`, 401],
    [`Bearer ${TEST_CRM_TOKEN},${PREVIOUS}`, 401],
    [`Basic ${TEST_CRM_TOKEN}`, 401],
    [`Token ${TEST_CRM_TOKEN}`, 401],
    [TEST_CRM_TOKEN, 401],
    ['Bearer', 401],
    ['', 401],
  ]
  for (const [authorization, expected] of cases)
    assert.equal(await status(authorization), expected, authorization)
})

test('once no previous token is set, it opens nothing, and nor does an empty one', async () => {
  const own = await startTestCrm({ env: { CRM_BEARER_TOKEN_PREVIOUS: '' } })
  assert.equal(await status(`Bearer ${TEST_CRM_TOKEN}`, own), 200)
  assert.equal(await status(`Bearer ${PREVIOUS}`, own), 401)
  assert.equal(await status('Bearer ', own), 401)
  await own.close()
})

test('tokens are compared as digests, in a time that tells nothing', async (t) => {
  const compare = t.mock.method(crypto, 'timingSafeEqual')
  syncBuiltinESMExports()
  await status('Bearer x')
  await status(`Bearer ${TEST_CRM_TOKEN}`)
  compare.mock.restore()
  syncBuiltinESMExports()
  assert.ok(compare.mock.callCount() >= 3)
  for (const { arguments: both } of compare.mock.calls) {
    for (const digest of both) assert.equal((digest as Buffer).byteLength, 32)
  }
})

test('a notification that is heard again is stored once', async () => {
  const body = aNotification()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => crm.request('POST', '/api/notify', { token: TEST_CRM_TOKEN, body })),
  )
  assert.equal(new Set(answers.map((answer) => answer.body.notification_id)).size, 1)
  assert.equal(answers.filter((answer) => answer.body.status === 'success').length, 1)
})
