import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { aNotification } from '#harness/data/notification.factory.ts'

let crm: TestCrm

before(async () => {
  crm = await startTestCrm()
})
after(() => crm.close())

const setStatus = (id: number | string, body: unknown) =>
  crm.request('PUT', `/api/bookings/${id}/status`, { token, body })
const readHistory = (id: number | string, query = '') =>
  crm.request('GET', `/api/bookings/${id}/history${query}`, { token })
const statusOf = async (id: number) =>
  (await crm.request('GET', `/api/bookings/${id}`, { token })).body.booking.crm_status

async function aBooking(): Promise<number> {
  const body = aNotification()
  await crm.request('POST', '/api/notify', { token, body })
  return body.booking_id
}

test('the CRM status changes, and each change is kept with its notes and its author, the newest first', async () => {
  const booking_id = await aBooking()
  const notes = 'Called customer to confirm attendance'
  const { status, body } = await setStatus(booking_id, {
    crm_status: 'contacted',
    notes,
    author: ' Jane Smith ',
  })
  assert.equal(status, 200)
  assert.match(body.updated_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  assert.deepEqual(body, {
    message: 'Booking status updated successfully',
    booking_id,
    old_status: 'new',
    new_status: 'contacted',
    updated_at: body.updated_at,
  })
  crm.clock.advance(60)
  const again = await setStatus(booking_id, { crm_status: 'Confirmed', notes: ' ', author: null })
  assert.deepEqual([again.body.old_status, again.body.new_status], ['contacted', 'confirmed'])
  const shown = await crm.request('GET', `/api/bookings/${booking_id}`, { token })
  assert.deepEqual([shown.body.booking.crm_status, shown.body.booking.status], ['confirmed', 'received'])

  const history = await readHistory(booking_id)
  assert.equal(history.status, 200)
  const [{ id: secondId }, { id: firstId }] = history.body.history
  assert.ok(secondId > firstId)
  const nothing = { notes: null, author: null }
  assert.deepEqual(history.body, {
    booking_id,
    history: [
      {
        id: secondId,
        old_status: 'contacted',
        new_status: 'confirmed',
        ...nothing,
        changed_at: again.body.updated_at,
      },
      {
        id: firstId,
        old_status: 'new',
        new_status: 'contacted',
        notes,
        author: 'Jane Smith',
        changed_at: body.updated_at,
      },
    ],
    pagination: { page: 1, pages: 1, per_page: 10, total: 2, has_next: false, has_prev: false },
  })
})

test('a history has pages', async () => {
  const booking_id = await aBooking()
  const steps = ['reviewed', 'contacted', 'confirmed', 'completed', 'reviewed']
  for (const crm_status of steps) await setStatus(booking_id, { crm_status })
  const pages = await Promise.all(
    [1, 2, 3, 4].map((page) => readHistory(booking_id, `?per_page=2&page=${page}`)),
  )
  const shown = pages.map(({ body }) => body.history.map((each: { new_status: string }) => each.new_status))
  assert.deepEqual(shown, [['reviewed', 'completed'], ['confirmed', 'contacted'], ['reviewed'], []])
  assert.deepEqual(
    pages.map(({ body }) => body.pagination.has_next),
    [true, true, false, false],
  )
  for (const query of ['?page=0', '?page=x', '?per_page=0']) {
    assert.equal((await readHistory(booking_id, query)).status, 400, query)
  }
})

test('a booking that nobody has looked after has an empty history; an unknown one has none', async () => {
  const { status, body } = await readHistory(await aBooking())
  assert.deepEqual([status, body.history, body.pagination.total], [200, [], 0])
  for (const id of ['2000000000', '0', '-1', '1.5', 'x', '2147483648', '1e3']) {
    assert.equal((await readHistory(id)).status, 404, id)
    assert.equal((await setStatus(id, { crm_status: 'reviewed' })).status, 404, id)
  }
  assert.equal((await readHistory('2000000000')).body.code, 'booking_not_found')
  assert.equal((await crm.request('GET', '/api/bookings/1/history')).status, 401)
})

test('a CRM status that does not exist is refused, and the choices are named', async () => {
  const id = await aBooking()
  for (const crm_status of ['forgotten', '', ' ', 5, null]) {
    assert.equal((await setStatus(id, { crm_status })).status, 400)
  }
  const { body } = await setStatus(id, { crm_status: 'forgotten' })
  assert.match(body.error, /crm_status must be one of new, reviewed, contacted, confirmed, completed/)
  assert.equal((await setStatus(id, { notes: 'Called' })).status, 400)
  assert.equal((await setStatus(id, undefined)).status, 400)
  assert.equal(await statusOf(id), 'new')
})

test('notes and author have a length, and are text', async () => {
  const id = await aBooking()
  for (const [field, value] of [
    ['author', 'x'.repeat(201)],
    ['author', 5],
    ['notes', 'x'.repeat(5_001)],
    ['notes', {}],
  ] as const) {
    const { status, body } = await setStatus(id, { crm_status: 'reviewed', [field]: value })
    assert.deepEqual([status, body.details[0].field], [400, field])
  }
  const longest = { crm_status: 'reviewed', author: 'é'.repeat(200), notes: 'x'.repeat(5_000) }
  assert.equal((await setStatus(id, longest)).status, 200)
  assert.equal((await readHistory(id)).body.history[0].author, longest.author)
})

test('changes at once form one chain of statuses', async () => {
  const id = await aBooking()
  const steps = ['reviewed', 'contacted', 'confirmed', 'completed', 'reviewed', 'contacted']
  await Promise.all(steps.map((crm_status) => setStatus(id, { crm_status })))
  const { history } = (await readHistory(id)).body
  const chain = history.toReversed()
  const expected = ['new', ...chain.map(({ new_status }: { new_status: string }) => new_status)].slice(0, -1)
  assert.deepEqual(
    chain.map(({ old_status }: { old_status: string }) => old_status),
    expected,
  )
  assert.equal(chain.length, steps.length)
})
