import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { aNotification } from '#harness/data/notification.factory.ts'
import type { BookingNotification } from '#shared/contracts/booking-notification.schema.ts'

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
  }
})
