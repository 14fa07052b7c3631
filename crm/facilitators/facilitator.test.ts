import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { aNotification } from '#harness/data/notification.factory.ts'

const DAY = 24 * 60 * 60

let crm: TestCrm

before(async () => {
  crm = await startTestCrm()
})
after(() => crm.close())

const ask = (path: string) => crm.request('GET', `/api/facilitators/${path}`, { token })
const ids = (bookings: { booking_id: number }[]) => bookings.map(({ booking_id }) => booking_id)

/** A booking by that user of that event. Returns the booking's id. */
async function receive(facilitator_id: number, userId: number, eventId: number, type = 'session', rest = {}) {
  const { user, event } = aNotification()
  const title = `Event ${eventId}`
  const body = aNotification({
    facilitator_id,
    user: { ...user, id: userId },
    event: { ...event, id: eventId, type, title },
    ...rest,
  })
  const { status } = await crm.request('POST', '/api/notify', { token, body })
  assert.equal(status, 200)
  return body.booking_id
}

test('bookings and dashboard have every published field', async () => {
  const booking_id = await receive(1, 1, 1)
  const { status, body } = await ask('1/bookings')
  assert.equal(status, 200)
  const [{ id, received_at }] = body.bookings
  assert.deepEqual(body, {
    facilitator_id: 1,
    bookings: [
      {
        id,
        booking_id,
        user: { id: 1, email: 'user@example.com', name: 'John Doe' },
        event: { id: 1, title: 'Event 1', type: 'session' },
        received_at,
        crm_status: 'new',
      },
    ],
    statistics: {
      total_bookings: 1,
      session_bookings: 1,
      retreat_bookings: 0,
      recent_bookings: 1,
      unique_users: 1,
      unique_events: 1,
    },
    pagination: { page: 1, pages: 1, per_page: 10, total: 1, has_next: false, has_prev: false },
  })
  const dashboard = await ask('1/dashboard')
  assert.equal(dashboard.status, 200)
  assert.deepEqual(dashboard.body, {
    facilitator_id: 1,
    summary: {
      total_bookings: 1,
      session_bookings: 1,
      retreat_bookings: 0,
      recent_bookings_count: 1,
      unique_events: 1,
      unique_users: 1,
    },
    popular_events: [{ event_id: 1, event_title: 'Event 1', event_type: 'session', booking_count: 1 }],
    recent_bookings: [
      {
        id,
        booking_id,
        user: { id: 1, email: 'user@example.com', name: 'John Doe' },
        event: { id: 1, title: 'Event 1' },
        received_at,
      },
    ],
    booking_trends: {
      sessions_vs_retreats: { sessions: 1, retreats: 0 },
      daily: dashboard.body.booking_trends.daily,
    },
    generated_at: dashboard.body.generated_at,
  })
})

test('statistics count all notifications, whatever the filter, the type’s case or a cancellation', async () => {
  await receive(2, 1, 1, 'SESSION')
  const cancelled = await receive(2, 1, 2, 'Session', { status: 'cancelled' })
  const retreat = await receive(2, 2, 3, 'retreat')
  await receive(2, 3, 4, 'workshop')
  const expected = {
    total_bookings: 4,
    session_bookings: 2,
    retreat_bookings: 1,
    recent_bookings: 4,
    unique_users: 3,
    unique_events: 4,
  }
  for (const [query, found] of [
    ['', 4],
    ['?event_type=RETREAT', [retreat]],
    ['?event_type=session&status=CANCELLED', [cancelled]],
    ['?crm_status=New', 4],
    ['?crm_status=completed', []],
    ['?status=no-such', []],
  ] as const) {
    const { body } = await ask(`2/bookings${query}`)
    assert.deepEqual(body.statistics, expected, query)
    if (typeof found === 'number') assert.equal(body.bookings.length, found, query)
    else assert.deepEqual(ids(body.bookings), found, query)
  }
  const { body } = await ask('2/dashboard')
  assert.deepEqual(body.booking_trends.sessions_vs_retreats, { sessions: 2, retreats: 1 })
})

test('recent means the last seven days, and at most ten are shown', async () => {
  await receive(3, 1, 1)
  crm.clock.advance(7 * DAY)
  const onTheEdge = await ask('3/dashboard')
  assert.equal(onTheEdge.body.summary.recent_bookings_count, 1)
  crm.clock.advance(1)
  const booked: number[] = []
  for (let i = 0; i < 12; i++) booked.push(await receive(3, i + 1, 1))
  const { body } = await ask('3/dashboard')
  assert.deepEqual([body.summary.total_bookings, body.summary.recent_bookings_count], [13, 12])
  assert.deepEqual(ids(body.recent_bookings), booked.toReversed().slice(0, 10))
  crm.clock.advance(8 * DAY)
  const later = await ask('3/dashboard')
  assert.deepEqual([later.body.summary.recent_bookings_count, later.body.recent_bookings], [0, []])
})

test('what is recent is so to the second, on the day on which it begins too', async () => {
  const secondsToMidnight = DAY - ((crm.clock.now().getTime() / 1000) % DAY)
  crm.clock.advance(secondsToMidnight)
  const times = [0, 3_600, 43_200, 86_399, 86_400, 90_000, 3 * DAY]
  let now = 0
  for (const [i, at] of times.entries()) {
    crm.clock.advance(at - now)
    now = at
    await receive(6, i + 1, 1)
  }
  for (const after of [0, 1, 3_600, 3_601, 86_399, 86_400, 86_401, 90_001, 3 * DAY, 3 * DAY + 1]) {
    crm.clock.advance(7 * DAY + after - now)
    now = 7 * DAY + after
    const { body } = await ask('6/dashboard')
    const expected = times.filter((at) => at >= after)
    assert.equal(body.summary.recent_bookings_count, expected.length, `${after} s`)
    assert.deepEqual(body.recent_bookings.length, expected.length, `${after} s`)
  }
})

test('the trend has the last thirty days, also those without bookings, the oldest first', async () => {
  const today = () => crm.clock.now().toISOString().slice(0, 10)
  const firstDay = today()
  await receive(8, 1, 1, 'session')
  await receive(8, 2, 1, 'Retreat')
  const booking_id = await receive(8, 3, 2, 'workshop')
  crm.clock.advance(2 * DAY)
  await receive(8, 1, 2, 'retreat')
  await crm.request('POST', '/api/notify', {
    token,
    body: aNotification({ booking_id, status: 'cancelled' }),
  })
  await receive(8, 1, 3, 'session', { status: 'cancelled' })
  const { body } = await ask('8/dashboard')
  const { daily } = body.booking_trends
  assert.equal(daily.length, 30)
  assert.deepEqual(
    daily.map(({ date }: { date: string }) => date),
    daily.map((_: unknown, i: number) =>
      new Date(crm.clock.now().getTime() - (29 - i) * DAY * 1000).toISOString().slice(0, 10),
    ),
  )
  const empty = { bookings: 0, sessions: 0, retreats: 0, cancellations: 0 }
  assert.deepEqual(daily.slice(-4), [
    { ...empty, date: daily[26].date },
    { date: firstDay, bookings: 3, sessions: 1, retreats: 1, cancellations: 0 },
    { ...empty, date: daily[28].date },
    { date: today(), bookings: 2, sessions: 1, retreats: 1, cancellations: 2 },
  ])
  crm.clock.advance(27 * DAY)
  assert.equal((await ask('8/dashboard')).body.booking_trends.daily[0].date, firstDay)
  crm.clock.advance(DAY)
  const later = (await ask('8/dashboard')).body.booking_trends.daily
  assert.equal(
    later.reduce((sum: number, day: { bookings: number }) => sum + day.bookings, 0),
    2,
  )
})

test('the five events with the most bookings are popular, under the name they were last heard of', async () => {
  const counts = { 21: 1, 22: 4, 23: 2, 24: 4, 25: 3, 26: 1 }
  for (const [eventId, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) await receive(4, i + 1, Number(eventId), 'retreat')
  }
  const event = { id: 23, title: 'Renamed', type: 'Session' }
  await receive(4, 9, 23, 'session', { event })
  const { body } = await ask('4/dashboard')
  assert.deepEqual(body.popular_events, [
    { event_id: 22, event_title: 'Event 22', event_type: 'retreat', booking_count: 4 },
    { event_id: 24, event_title: 'Event 24', event_type: 'retreat', booking_count: 4 },
    { event_id: 23, event_title: 'Renamed', event_type: 'Session', booking_count: 3 },
    { event_id: 25, event_title: 'Event 25', event_type: 'retreat', booking_count: 3 },
    { event_id: 21, event_title: 'Event 21', event_type: 'retreat', booking_count: 1 },
  ])
})

test('a facilitator of whom nothing was heard has zeros and empty lists', async () => {
  const zeros = {
    total_bookings: 0,
    session_bookings: 0,
    retreat_bookings: 0,
    unique_users: 0,
    unique_events: 0,
  }
  const bookings = await ask('77/bookings')
  assert.equal(bookings.status, 200)
  assert.deepEqual(bookings.body.bookings, [])
  assert.deepEqual(bookings.body.statistics, { ...zeros, recent_bookings: 0 })
  assert.equal(bookings.body.pagination.total, 0)
  const { status, body } = await ask('77/dashboard')
  assert.equal(status, 200)
  assert.deepEqual(body.summary, { ...zeros, recent_bookings_count: 0 })
  assert.deepEqual([body.popular_events, body.recent_bookings], [[], []])
})

test('pages, newest first', async () => {
  const booked = [await receive(5, 1, 1), await receive(5, 2, 1), await receive(5, 3, 1)]
  const [one, two] = [await ask('5/bookings?per_page=2'), await ask('5/bookings?per_page=2&page=2')]
  assert.deepEqual([...ids(one.body.bookings), ...ids(two.body.bookings)], booked.toReversed())
  assert.deepEqual([one.body.pagination.has_next, two.body.pagination.has_next], [true, false])
})

test('what is no id is 404, what is no filter is 400', async () => {
  for (const id of ['0', 'x', '1.5', '2147483648']) {
    assert.equal((await ask(`${id}/bookings`)).status, 404)
    assert.equal((await ask(`${id}/dashboard`)).status, 404)
  }
  for (const query of ['event_type=concert', 'crm_status=lost', 'page=0', 'per_page=x']) {
    assert.equal((await ask(`1/bookings?${query}`)).status, 400)
  }
})
