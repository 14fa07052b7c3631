import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { aNotification } from '#harness/data/notification.factory.ts'

let crm: TestCrm

before(async () => {
  crm = await startTestCrm()
})
after(() => crm.close())

const notify = (body: unknown) => crm.request('POST', '/api/notify', { token, body })
const notifyAll = (notifications: unknown) =>
  crm.request('POST', '/api/notify/batch', { token, body: { notifications } })
const find = async (id: number) => (await crm.request('GET', `/api/bookings/${id}`, { token })).body.booking

test('a notification is received as new, and shown in every published field', async () => {
  const sent = aNotification()
  const { status, body } = await notify(sent)
  assert.equal(status, 200)
  assert.deepEqual(body, {
    message: 'Booking notification received successfully',
    notification_id: body.notification_id,
    status: 'success',
  })
  const { received_at, ...shown } = await find(sent.booking_id)
  assert.match(received_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  const { id, title, type } = sent.event
  assert.deepEqual(shown, {
    id: body.notification_id,
    booking_id: sent.booking_id,
    user: sent.user,
    event: { id, title, type },
    facilitator_id: 1,
    status: 'received',
    crm_status: 'new',
  })
})

test('optional text may be missing or null', async () => {
  const { user, event, booking_id } = aNotification()
  const { phone: _, ...person } = user
  const bare = { booking_id, user: person, event: { id: 1, title: 'x', type: 'session' }, facilitator_id: 1 }
  assert.equal((await notify(bare)).status, 200)
  assert.equal((await find(booking_id)).user.phone, null)
  const nulls = aNotification({ event: { ...event, location: null, start_datetime: null }, notes: null })
  assert.equal((await notify({ ...nulls, user: { ...user, phone: null }, booking_date: null })).status, 200)
})

test('text comes back as it was sent', async () => {
  const texts = [
    `'; drop table notifications; --`,
    '%_\\',
    '=cmd|x',
    '<b>x</b>',
    '🧘‍♀️ é',
    'a\r\nb',
    '{"a":1}',
    '\\u0041',
  ]
  for (const text of texts) {
    const { user, event } = aNotification()
    const sent = aNotification({
      user: { ...user, name: text, email: text, phone: text },
      event: { ...event, title: text },
    })
    assert.equal((await notify(sent)).status, 200)
    const shown = await find(sent.booking_id)
    assert.deepEqual([shown.user, shown.event.title], [sent.user, text])
  }
  assert.equal((await notify(aNotification({ notes: 'nul \0' }))).status, 400)
})

test('a repeated notification changes nothing and has the same id', async () => {
  const sent = aNotification()
  const first = await notify(sent)
  const again = await notify({ ...sent, facilitator_id: 99, notes: 'changed' })
  assert.equal(again.status, 200)
  assert.deepEqual(again.body, {
    message: 'Booking notification was received before',
    notification_id: first.body.notification_id,
    status: 'duplicate',
  })
  assert.equal((await find(sent.booking_id)).facilitator_id, 1)
})

test('twenty equal notifications at once are one', async () => {
  for (let round = 0; round < 5; round++) {
    const sent = aNotification({ user: { ...aNotification().user, id: 1000 + round } })
    const answers = await Promise.all(Array.from({ length: 20 }, () => notify(sent)))
    assert.ok(answers.every(({ status }) => status === 200))
    assert.equal(new Set(answers.map(({ body }) => body.notification_id)).size, 1)
    assert.equal(answers.filter(({ body }) => body.status === 'success').length, 1)
    const list = await crm.request('GET', `/api/bookings?user_id=${1000 + round}`, { token })
    assert.equal(list.body.pagination.total, 1)
  }
})

test('a cancellation is noted once, and nothing takes it back', async () => {
  const sent = aNotification()
  const { body: first } = await notify(sent)
  const told = [{ status: 'Cancelled' }, { status: 'cancelled' }, {}, { status: 'received' }]
  const statuses: string[] = []
  for (const change of told) {
    const { body } = await notify({ ...sent, ...change })
    assert.equal(body.notification_id, first.notification_id)
    statuses.push(body.status)
  }
  assert.deepEqual(statuses, ['success', 'duplicate', 'duplicate', 'duplicate'])
  assert.equal((await find(sent.booking_id)).status, 'cancelled')
})

test('a cancellation may come before the booking it cancels', async () => {
  const sent = aNotification()
  assert.equal((await notify({ ...sent, status: 'cancelled' })).body.status, 'success')
  assert.equal((await notify(sent)).body.status, 'duplicate')
  assert.equal((await find(sent.booking_id)).status, 'cancelled')
})

const { user, event, ...others } = aNotification()
const faults: [fields: string[], body: unknown][] = [
  [['booking_id', 'user', 'event', 'facilitator_id'], {}],
  [['booking_id'], { ...others, user, event, booking_id: '17' }],
  [['booking_id'], { ...others, user, event, booking_id: 2 ** 31 }],
  [['booking_id'], { ...others, user, event, booking_id: 0 }],
  [['user.email', 'user.name'], { ...others, event, user: { id: 1, email: 5 } }],
  [['event.id', 'event.title'], { ...others, user, event: { ...event, id: 1.5, title: '' } }],
  [['facilitator_id', 'notes'], { ...others, user, event, facilitator_id: null, notes: 5 }],
]
for (const [fields, body] of faults) {
  test(`a notification with faults in ${fields.join(', ')} is refused and they are named`, async () => {
    const refused = await notify(body)
    assert.deepEqual([refused.status, refused.body.code], [400, 'validation_failed'])
    assert.deepEqual(refused.body.details.map(({ field }: { field: string }) => field).sort(), fields.sort())
  })
}

test('a batch answers for each notification in turn', async () => {
  const [one, two] = [aNotification(), aNotification()]
  const known = aNotification()
  const { body: before } = await notify(known)
  const { event: _, ...broken } = aNotification()
  const cancelled = { ...one, status: 'cancelled' }
  const { status, body } = await notifyAll([
    one,
    broken,
    known,
    two,
    cancelled,
    5,
    one,
    { ...known, status: 'cancelled' },
  ])
  assert.equal(status, 200)
  const [first, refused, repeat, second, cancel, nothing, late, knownCancelled] = body.results
  assert.deepEqual(refused, {
    booking_id: broken.booking_id,
    status: 'error',
    error: 'Check the notification: event is required.',
  })
  assert.deepEqual([nothing.booking_id, nothing.status], [null, 'error'])
  const [id, otherId] = [first.notification_id, second.notification_id]
  assert.deepEqual(first, { booking_id: one.booking_id, notification_id: id, status: 'success' })
  assert.deepEqual(cancel, { booking_id: one.booking_id, notification_id: id, status: 'success' })
  assert.deepEqual(late, { booking_id: one.booking_id, notification_id: id, status: 'duplicate' })
  assert.deepEqual(second, { booking_id: two.booking_id, notification_id: otherId, status: 'success' })
  assert.equal(repeat.status, 'duplicate')
  assert.equal(repeat.notification_id, before.notification_id)
  assert.deepEqual(
    [knownCancelled.status, knownCancelled.notification_id],
    ['success', before.notification_id],
  )
  assert.equal((await find(one.booking_id)).status, 'cancelled')
  assert.equal((await find(known.booking_id)).status, 'cancelled')
  assert.equal((await find(two.booking_id)).status, 'received')
})

test('a batch has 1 to 500 notifications and may be larger than other bodies', async () => {
  const notes = 'x'.repeat(500)
  const batch = Array.from({ length: 500 }, () => aNotification({ notes }))
  const { status, body } = await notifyAll(batch)
  assert.equal(status, 200)
  assert.ok(body.results.every((result: { status: string }) => result.status === 'success'))
  assert.equal((await notifyAll([...batch, aNotification()])).status, 400)
  assert.equal((await notifyAll([])).status, 400)
  assert.equal((await notifyAll('x')).status, 400)
  assert.equal((await crm.request('POST', '/api/notify/batch', { token, body: {} })).status, 400)
  assert.equal((await notify(aNotification({ notes: 'x'.repeat(70_000) }))).status, 413)
  assert.equal((await notifyAll([aNotification({ notes: 'x'.repeat(2_100_000) })])).status, 413)
})

test('batches about the same bookings in any order do not get in each other’s way', async () => {
  const batch = Array.from({ length: 200 }, () => aNotification())
  const cancels = batch.map((each) => ({ ...each, status: 'cancelled' }))
  const answers = await Promise.all(
    [batch, batch.toReversed(), cancels, batch, cancels.toReversed()].map((each) => notifyAll(each)),
  )
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  const results = answers.flatMap(({ body }) => body.results)
  for (const { booking_id } of batch) {
    const about = results.filter((result) => result.booking_id === booking_id)
    assert.equal(new Set(about.map((result) => result.notification_id)).size, 1)
    assert.equal((await find(booking_id)).status, 'cancelled')
  }
})
