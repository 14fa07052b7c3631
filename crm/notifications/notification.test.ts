import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'
import { aNotification } from '#testing/notification.factory.ts'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#testing/test-crm.ts'

let crm: TestCrm
let [first, second, third]: BookingNotification[] = []

before(async () => {
  crm = await startTestCrm()
  const { user, event } = aNotification()
  first = aNotification()
  second = aNotification({ user: { ...user, id: 2 }, event: { ...event, id: 2 }, status: 'cancelled' })
  third = aNotification({ facilitator_id: 2 })
  for (const body of [first, second, third]) await crm.request('POST', '/api/notify', { token, body })
  await setStatus(third.booking_id, { crm_status: 'contacted' })
})
after(() => crm.close())

const list = (query = '') => crm.request('GET', `/api/bookings${query}`, { token })
const setStatus = (id: number | string, body: unknown) =>
  crm.request('PUT', `/api/bookings/${id}/status`, { token, body })
const ids = (body: { bookings: { booking_id: number }[] }) =>
  body.bookings.map(({ booking_id }) => booking_id)

const NO_FILTERS = { facilitator_id: null, event_id: null, user_id: null, status: null, crm_status: null }

test('the list has the newest first, with pagination, filters and summary', async () => {
  const { status, body } = await list()
  assert.equal(status, 200)
  assert.deepEqual(Object.keys(body), ['bookings', 'pagination', 'filters_applied', 'summary'])
  assert.deepEqual(ids(body), [third?.booking_id, second?.booking_id, first?.booking_id])
  assert.deepEqual(body.pagination, {
    page: 1,
    pages: 1,
    per_page: 10,
    total: 3,
    has_next: false,
    has_prev: false,
  })
  assert.deepEqual(body.filters_applied, NO_FILTERS)
  assert.deepEqual(body.summary, { total_notifications: 3, filtered_results: 3 })
  const one = await crm.request('GET', `/api/bookings/${third?.booking_id}`, { token })
  assert.deepEqual(one.body, { booking: body.bookings[0] })
})

const filters: [query: string, applied: object, found: () => (BookingNotification | undefined)[]][] = [
  ['?facilitator_id=1', { facilitator_id: 1 }, () => [second, first]],
  ['?event_id=2', { event_id: 2 }, () => [second]],
  ['?user_id=1', { user_id: 1 }, () => [third, first]],
  ['?status=Cancelled', { status: 'cancelled' }, () => [second]],
  ['?status=no-such', { status: 'no-such' }, () => []],
  ['?crm_status=CONTACTED', { crm_status: 'contacted' }, () => [third]],
  [
    '?facilitator_id=1&crm_status=new&status=received',
    { facilitator_id: 1, crm_status: 'new', status: 'received' },
    () => [first],
  ],
  ['?facilitator_id=77', { facilitator_id: 77 }, () => []],
]
for (const [query, applied, found] of filters) {
  test(`${query} lists only what matches, and is repeated in the answer`, async () => {
    const { status, body } = await list(query)
    assert.equal(status, 200)
    assert.deepEqual(
      ids(body),
      found().map((notification) => notification?.booking_id),
    )
    assert.deepEqual(body.filters_applied, { ...NO_FILTERS, ...applied })
    assert.deepEqual(body.summary, { total_notifications: 3, filtered_results: found().length })
    assert.equal(body.pagination.total, found().length)
  })
}

test('pages follow each other; one past the end is empty', async () => {
  const pages = await Promise.all([1, 2, 9].map((page) => list(`?per_page=2&page=${page}`)))
  assert.deepEqual(
    pages.map(({ body }) => body.bookings.length),
    [2, 1, 0],
  )
  assert.deepEqual(
    pages.map(({ body }) => body.pagination.has_next),
    [true, false, false],
  )
  assert.equal((await list('?per_page=5000')).body.pagination.per_page, 100)
})

for (const query of [
  '?page=0',
  '?page=x',
  '?per_page=0',
  '?facilitator_id=x',
  '?user_id=0',
  '?crm_status=lost',
]) {
  test(`${query} is refused`, async () => {
    const { status, body } = await list(query)
    assert.deepEqual([status, body.code], [400, 'validation_failed'])
  })
}

test('an unknown booking and an id that is none answer 404', async () => {
  for (const id of ['2000000000', '0', '-1', '1.5', 'x', '2147483648', '1e3']) {
    assert.equal((await crm.request('GET', `/api/bookings/${id}`, { token })).status, 404)
    assert.equal((await setStatus(id, { crm_status: 'reviewed' })).status, 404)
  }
})

test('the CRM status changes, and each change is kept with its notes', async () => {
  const { booking_id } = aNotification()
  await crm.request('POST', '/api/notify', { token, body: aNotification({ booking_id }) })
  const notes = 'Called customer to confirm attendance'
  const { status, body } = await setStatus(booking_id, { crm_status: 'contacted', notes })
  assert.equal(status, 200)
  assert.match(body.updated_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  assert.deepEqual(body, {
    message: 'Booking status updated successfully',
    booking_id,
    old_status: 'new',
    new_status: 'contacted',
    updated_at: body.updated_at,
  })
  const again = await setStatus(booking_id, { crm_status: 'Confirmed' })
  assert.deepEqual([again.body.old_status, again.body.new_status], ['contacted', 'confirmed'])
  const shown = await crm.request('GET', `/api/bookings/${booking_id}`, { token })
  assert.deepEqual([shown.body.booking.crm_status, shown.body.booking.status], ['confirmed', 'received'])
  const history = await crm.deps.db
    .selectFrom('crm_status_changes')
    .select(['old_status', 'new_status', 'notes'])
    .where('booking_id', '=', booking_id)
    .orderBy('id')
    .execute()
  assert.deepEqual(history, [
    { old_status: 'new', new_status: 'contacted', notes },
    { old_status: 'contacted', new_status: 'confirmed', notes: null },
  ])
})

test('a CRM status that does not exist is refused, and the choices are named', async () => {
  const id = first?.booking_id ?? 0
  for (const crm_status of ['forgotten', '', ' ', 5, null]) {
    assert.equal((await setStatus(id, { crm_status })).status, 400)
  }
  const { body } = await setStatus(id, { crm_status: 'forgotten' })
  assert.match(body.error, /crm_status must be one of new, reviewed, contacted, confirmed, completed/)
  assert.equal((await setStatus(id, { notes: 'Called' })).status, 400)
  assert.equal((await setStatus(id, undefined)).status, 400)
  assert.equal((await crm.request('GET', `/api/bookings/${id}`, { token })).body.booking.crm_status, 'new')
})

test('changes at once form one chain of statuses', async () => {
  const { booking_id } = aNotification()
  await crm.request('POST', '/api/notify', { token, body: aNotification({ booking_id }) })
  const steps = ['reviewed', 'contacted', 'confirmed', 'completed', 'reviewed', 'contacted']
  await Promise.all(steps.map((crm_status) => setStatus(booking_id, { crm_status })))
  const history = await crm.deps.db
    .selectFrom('crm_status_changes')
    .select(['old_status', 'new_status'])
    .where('booking_id', '=', booking_id)
    .orderBy('id')
    .execute()
  const expected = ['new', ...history.map(({ new_status }) => new_status)].slice(0, -1)
  assert.deepEqual(
    history.map(({ old_status }) => old_status),
    expected,
  )
  assert.equal(history.length, steps.length)
})
