import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import type { Deps as BookingDeps } from '#booking/deps.ts'
import { writeBackup } from '#crm/backup/backup-writer.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { listenTo } from '#harness/clients/event-listener.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { systemClock } from '#shared/lib/clock.ts'

/**
 * What one instance does and another has to know, on the real clock. That it takes less than a second is shown by rows I1 and W2 of
 * docs/reliability.md, and on a clock of their own by the tests of sessions.
 */
const FELT_MAX_MS = 5_000

let here: TestBooking
let there: Awaited<ReturnType<TestBooking['startInstance']>>
let crm: TestCrm
let otherCrm: Awaited<ReturnType<TestCrm['startInstance']>>

before(async () => {
  const clock: BookingDeps['clock'] = systemClock
  here = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' }, deps: { clock } })
  there = await here.startInstance()
  crm = await startTestCrm()
  otherCrm = await crm.startInstance()
})
after(async () => {
  await here.close()
  await crm.close()
})

const untilFelt = (isFelt: () => Promise<boolean>) => waitUntil(isFelt, FELT_MAX_MS)

async function aMember() {
  const person = { email: `${randomUUID()}@example.com`, password: 'securepassword123' }
  const body = { ...person, first_name: 'A', last_name: 'B' }
  assert.equal((await here.request('POST', '/api/auth/register', { body })).status, 201)
  const session = await there.request('POST', '/api/auth/login', { body: person })
  assert.equal(session.status, 200, 'an account of one instance is one of the other')
  return { ...person, token: session.body.access_token as string }
}

test('an Idempotency-Key that was used at one instance has the same answer at the other', async () => {
  const { token } = await aUser(here.deps)
  const options = {
    token,
    body: { event_id: await anEvent(here.deps) },
    headers: { 'idempotency-key': randomUUID() },
  }
  const first = await here.request('POST', '/api/bookings/', options)
  const again = await there.request('POST', '/api/bookings/', options)
  assert.deepEqual([first.status, again.status], [201, 201])
  assert.equal(again.headers['idempotency-replayed'], 'true')
  assert.deepEqual(again.body, first.body)
})

test('failed logins at both count together', async () => {
  const { email } = await aMember()
  const statuses: number[] = []
  for (let i = 0; i < 11; i++) {
    const instance = i % 2 === 0 ? here : there
    const body = { email, password: 'a-wrong-password' }
    statuses.push((await instance.request('POST', '/api/auth/login', { body })).status)
  }
  assert.deepEqual(statuses, [...Array(10).fill(401), 429])
})

test('a logout, and a closed account, are felt at the other', async () => {
  const isRefused = async (token: string) =>
    (await there.request('GET', '/api/auth/profile', { token })).status === 401
  const member = await aMember()
  assert.equal(await isRefused(member.token), false)
  await here.request('POST', '/api/auth/logout', { token: member.token })
  await untilFelt(() => isRefused(member.token))

  const closed = await aUser(here.deps)
  assert.equal(await isRefused(closed.token), false)
  await here.deps.db.updateTable('users').set({ is_active: false }).where('id', '=', closed.id).execute()
  await untilFelt(() => isRefused(closed.token))
})

test('a booking is seen in the list of the other', async () => {
  const { token } = await aUser(here.deps)
  const event_id = await anEvent(here.deps)
  const taken = async ({ request }: Pick<TestBooking, 'request'>) => {
    const { body } = await request('GET', '/api/events/?per_page=50', { token })
    return body.events.find(({ id }: { id: number }) => id === event_id)?.current_participants
  }
  assert.deepEqual([await taken(here), await taken(there)], [0, 0])
  await here.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(await taken(here), 1)
  await untilFelt(async () => (await taken(there)) === 1)
})

test('what one CRM is told the other has at once, in lists, figures and streams', async () => {
  const url = await otherCrm.app.listen({ host: '127.0.0.1', port: 0 })
  const authorization = `Bearer ${TEST_CRM_TOKEN}`
  const stream = await listenTo(`${url}/api/facilitators/7/stream`, { authorization })
  const notification = aNotification({ facilitator_id: 7 })
  const told = await crm.request('POST', '/api/notify', { token: TEST_CRM_TOKEN, body: notification })
  assert.equal(told.status, 200)
  const ask = (path: string) => otherCrm.request('GET', path, { token: TEST_CRM_TOKEN })
  assert.equal((await ask('/api/facilitators/7/dashboard')).body.summary.total_bookings, 1)
  assert.equal((await ask('/api/facilitators/7/bookings')).body.bookings.length, 1)
  await stream.untilHeard(1)
  stream.leave()
})

test('two CRMs that write one backup file in turns leave it whole, and the last one has everything', async () => {
  const before = Number((await crm.request('GET', '/health')).body.notifications_received)
  const file = crm.deps.config.backupFile
  const read = () => JSON.parse(readFileSync(file, 'utf8')).bookings.length
  let written = 0
  for (let i = 1; i <= 10; i++) {
    const teller = i % 2 === 0 ? crm : otherCrm
    await teller.request('POST', '/api/notify', { token: TEST_CRM_TOKEN, body: aNotification() })
    const outcomes = await Promise.all([writeBackup(crm.deps), writeBackup(otherCrm.deps)])
    written += outcomes.filter(Boolean).length
    assert.ok(outcomes.some(Boolean))
    assert.equal(read(), before + i)
  }
  assert.ok(written >= 10)
})
