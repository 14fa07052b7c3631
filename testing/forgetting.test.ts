import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { pino } from 'pino'
import { eraseDue } from '#booking/account/crm-erasure.service.ts'
import * as crmErasureStore from '#booking/crm-link/erasures/crm-erasure.store.ts'
import { createCrmClient } from '#booking/crm-link/outbox/crm-client.ts'
import { deliverDue } from '#booking/crm-link/outbox/outbox-relay.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { startStub } from '#harness/clients/stub-server.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { FAULTS, type FaultProxy, startFaultProxy } from '#harness/faults/fault-proxy.ts'

/** Both apps, each on its own database, and between them a line that fails in every way. */

const password = 'the-only-password'

let booking: TestBooking
let crm: TestCrm
let proxy: FaultProxy

before(async () => {
  crm = await startTestCrm()
  proxy = await startFaultProxy(await crm.app.listen({ host: '127.0.0.1', port: 0 }))
  booking = await startTestBooking({ deps: { crmClient: createCrmClient(proxy.url, TEST_CRM_TOKEN) } })
})
after(async () => {
  await booking.close()
  await proxy.close()
  await crm.close()
})

/** Whether the CRM's rows still have the text in them. */
async function crmKnows(text: string): Promise<boolean> {
  const rows = await crm.deps.db.selectFrom('notifications').selectAll().execute()
  return JSON.stringify(rows).includes(text)
}

async function settle(): Promise<void> {
  for (let round = 0; round < 30; round++) {
    booking.clock.advance(60)
    await deliverDue(booking.deps)
    await eraseDue(booking.deps)
    if ((await crmErasureStore.countWaiting(booking.deps.db)) === 0) return
  }
}

test('who is deleted while the CRM is away, or answers in any odd way, is forgotten there afterwards', async () => {
  const password_hash = await hashPassword(password)
  // The slow ones take as long as the client waits for them.
  const faults = FAULTS.filter((fault) => !['none', 'silent', 'one byte a second'].includes(fault))
  for (const fault of faults) {
    const email = `${fault.replaceAll(' ', '-')}@canary.example`
    const { token } = await aUser(booking.deps, { email, password_hash, phone: `+49 ${email}` })
    await proxy.set('none')
    await settle()
    const body = { event_id: await anEvent(booking.deps), notes: `note of ${email}` }
    await booking.request('POST', '/api/bookings/', { token, body })
    assert.equal(await crmKnows(email), true, fault)

    await proxy.set(fault)
    const deleted = await booking.request('DELETE', '/api/auth/account', { token, body: { password } })
    assert.equal(deleted.status, 200, fault)
    for (let i = 0; i < 3; i++) {
      booking.clock.advance(20)
      await deliverDue(booking.deps)
      await eraseDue(booking.deps)
    }
    assert.equal(
      await crmErasureStore.countWaiting(booking.deps.db),
      1,
      `${fault}: nothing is taken for done`,
    )
    await proxy.set('none')
    await settle()
    assert.equal(await crmKnows(email), false, fault)
    assert.equal(await crmErasureStore.countWaiting(booking.deps.db), 0, fault)
  }
  const { body } = await crm.request('GET', '/api/bookings?status=cancelled', { token: TEST_CRM_TOKEN })
  assert.equal(body.pagination.total, faults.length, 'their bookings are there, cancelled')
})

test('a CRM of another make, which has no such address, is no reason to forget the matter', async () => {
  const foreign = await startStub((_request, response) =>
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not found"}'),
  )
  const lines: string[] = []
  const log = pino({ level: 'error' }, { write: (line) => lines.push(line) })
  const own = await startTestBooking({ deps: { crmClient: createCrmClient(foreign.url, 'x'), log } })
  const { token, id } = await aUser(own.deps)
  await own.request('DELETE', '/api/auth/account', { token, body: { confirm: 'DELETE' } })
  own.clock.advance(10)
  await eraseDue(own.deps)
  assert.equal(await crmErasureStore.countWaiting(own.deps.db), 1)
  const { user_id, attempts, reason } = JSON.parse(lines[0] ?? '{}')
  assert.deepEqual([user_id, attempts, reason], [id, 1, 'CRM answered 404'])
  await own.close()
  await foreign.close()
})
