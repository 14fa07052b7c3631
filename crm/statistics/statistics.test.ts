import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { buildApp } from '#crm/app.ts'
import { closeDeps, createDeps } from '#crm/deps.ts'
import { insertNew, toRow } from '#crm/notifications/notification.store.ts'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { requester, type TestRequest } from '#harness/apps/test-request.ts'
import { statisticsFaults } from '#harness/data/crm-recount.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import { untilSomebodyWaits } from '#harness/faults/lock-waiters.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { CRM_STATUSES } from '#shared/contracts/crm-notification.schema.ts'
import { getTotals } from './statistics.store.ts'

let crm: TestCrm
/** Two instances on one database. */
let instances: TestRequest[] = []
let closeOther = async () => {}

before(async () => {
  crm = await startTestCrm()
  const { config, log, clock, pool } = crm.deps
  const other = createDeps(config, { url: String(pool.options.connectionString) }, log, { clock })
  const app = await buildApp(other)
  instances = [crm.request, requester(app)]
  closeOther = async () => {
    await app.close()
    await closeDeps(other)
  }
})
after(async () => {
  await closeOther()
  await crm.close()
})

type Told = {
  booking: number
  facilitator: number
  user: number
  event: number
  type: string
  status: string
}
type Action =
  | { kind: 'notify'; told: Told }
  | { kind: 'batch'; told: Told[] }
  | { kind: 'look after'; booking: number; crm_status: string }
  | { kind: 'wait'; hours: number }

/** Few of everything, so that bookings meet again and again. */
const told = fc.record({
  booking: fc.integer({ min: 1, max: 25 }),
  facilitator: fc.integer({ min: 1, max: 3 }),
  user: fc.integer({ min: 1, max: 4 }),
  event: fc.integer({ min: 1, max: 5 }),
  type: fc.constantFrom('session', 'SESSION', 'Retreat', 'workshop'),
  status: fc.constantFrom('', '', '', 'cancelled', ' CANCELLED', 'Waitlisted'),
})
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant('notify' as const), told }),
  fc.record({ kind: fc.constant('batch' as const), told: fc.array(told, { minLength: 1, maxLength: 20 }) }),
  fc.record({
    kind: fc.constant('look after' as const),
    booking: fc.integer({ min: 1, max: 25 }),
    crm_status: fc.constantFrom(...CRM_STATUSES),
  }),
  fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 40 }) }),
)
/** Actions of one inner list happen at the same time. */
const history = fc.array(fc.array(action, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 })

test('whatever comes, in whatever order and at once, the figures are those of a recount', async () => {
  let runs = 0
  const property = fc.asyncProperty(history, async (steps) => {
    const firstId = ++runs * 100
    for (const actions of steps) {
      await Promise.all(actions.map((each, i) => act(each, instances[i % 2] as TestRequest, firstId)))
    }
    assert.deepEqual(await statisticsFaults(crm.deps.db), [])
  })
  await fc.assert(property, { numRuns: 40 })
})

test('batches across the same facilitators and events at once do not get in each other’s way', async () => {
  const batchOf = (firstId: number, length: number) =>
    Array.from({ length }, (_, i) => {
      const { user, event } = aNotification()
      return aNotification({
        booking_id: firstId + i,
        facilitator_id: 1 + (i % 7),
        user: { ...user, id: 1 + (i % 40) },
        event: { ...event, id: 1 + (i % 30) },
        ...(i % 5 === 0 && { status: 'cancelled' }),
      })
    })
  for (let round = 0; round < 3; round++) {
    const batch = batchOf(10_000 + round * 1_000, 300)
    const cancels = batch.map((each) => ({ ...each, status: 'cancelled' }))
    const bodies = [
      batch,
      batch.toReversed(),
      cancels.toReversed(),
      cancels,
      batch.slice(100),
      cancels.slice(50),
    ]
    const looks = [0, 99, 200].map((i) => ({
      kind: 'look after' as const,
      booking: i,
      crm_status: 'contacted',
    }))
    const answers = await Promise.all([
      ...bodies.map((notifications, i) =>
        instances[i % 2]?.('POST', '/api/notify/batch', { token, body: { notifications } }),
      ),
      ...looks.map((look) => act(look, crm.request, batch[0]?.booking_id ?? 0)),
    ])
    for (const answer of answers) if (answer) assert.equal(answer.status, 200, JSON.stringify(answer.body))
  }
  assert.deepEqual(await statisticsFaults(crm.deps.db), [])
})

test('an event that two facilitators tell of for the first time, at the same time, is one event', async () => {
  const { db } = crm.deps
  const event = { ...aNotification().event, id: 9_999 }
  const [first, second] = [1, 2].map((facilitator_id) =>
    aNotification({ booking_id: 50_000 + facilitator_id, facilitator_id, event }),
  ) as [BookingNotification, BookingNotification]
  const before = await getTotals(db)
  const told = await db.transaction().execute(async (trx) => {
    await insertNew(trx, [toRow(first, crm.clock.now())])
    const answer = crm.request('POST', '/api/notify', { token, body: second })
    await untilSomebodyWaits(db)
    return { answer }
  })
  assert.equal((await told.answer).status, 200)
  assert.deepEqual(await statisticsFaults(db), [])
  assert.equal((await getTotals(db)).events, before.events + 1)
})

test('rows that were there before the figures, or are changed by hand, are counted too', async () => {
  const { db } = crm.deps
  await sql`delete from notifications where id in (
    select id from notifications n where not exists (select from crm_status_changes c where c.booking_id = n.booking_id) limit 20)`.execute(
    db,
  )
  assert.deepEqual(await statisticsFaults(db), [])
  await sql`update notifications set facilitator_id = 9, event_type = 'retreat', received_at = received_at - interval '3 days'
            where facilitator_id = 2`.execute(db)
  assert.deepEqual(await statisticsFaults(db), [])
  await sql`update notifications set user_name = 'Jane Doe', user_email = 'jane@example.com'`.execute(db)
  assert.deepEqual(await statisticsFaults(db), [])
  await sql`update facilitator_statistics set bookings = bookings + 1`.execute(db)
  assert.notDeepEqual(await statisticsFaults(db), [], 'a fault would be seen')
  await sql`select recount_notifications()`.execute(db)
  assert.deepEqual(await statisticsFaults(db), [])
  await sql`truncate notifications, crm_status_changes`.execute(db)
  assert.deepEqual(await statisticsFaults(db), [])
  await act({ kind: 'notify', told: SAMPLE }, crm.request, 0)
  assert.deepEqual(await statisticsFaults(db), [])
})

const SAMPLE: Told = { booking: 1, facilitator: 2, user: 1, event: 1, type: 'session', status: '' }

async function act(each: Action, request: TestRequest, firstId: number) {
  if (each.kind === 'wait') crm.clock.advance(each.hours * 3_600)
  else if (each.kind === 'notify') {
    const { status } = await request('POST', '/api/notify', { token, body: toBody(each.told, firstId) })
    assert.equal(status, 200)
  } else if (each.kind === 'batch') {
    const notifications = each.told.map((one) => toBody(one, firstId))
    const { status, body } = await request('POST', '/api/notify/batch', { token, body: { notifications } })
    assert.equal(status, 200)
    assert.ok(body.results.every((result: { status: string }) => result.status !== 'error'))
  } else {
    const path = `/api/bookings/${firstId + each.booking}/status`
    const { status } = await request('PUT', path, { token, body: { crm_status: each.crm_status } })
    assert.ok(status === 200 || status === 404, `${status}`)
  }
  return undefined
}

function toBody({ booking, facilitator, user: userId, event: eventId, type, status }: Told, firstId: number) {
  const { user, event } = aNotification()
  return aNotification({
    booking_id: firstId + booking,
    facilitator_id: facilitator,
    user: { ...user, id: userId },
    event: { ...event, id: eventId, type },
    ...(status && { status }),
  })
}
