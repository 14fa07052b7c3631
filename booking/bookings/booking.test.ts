import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const book = (token: string | undefined, event_id: unknown, rest: object = {}) =>
  booking.request('POST', '/api/bookings/', { token, body: { event_id, ...rest } })
const cancel = (token: string | undefined, id: number | string) =>
  booking.request('PUT', `/api/bookings/${id}/cancel`, { token })
const seats = async (token: string, event_id: number) =>
  (await booking.request('GET', `/api/events/${event_id}`, { token })).body.event.current_participants
const hours = (count: number) => new Date(booking.clock.now().getTime() + count * 3_600_000)

test('a booking has every published field, takes a seat and is acknowledged by the CRM', async () => {
  const user = await aUser(booking.deps, { first_name: 'John', last_name: 'Doe', phone: '+1234567890' })
  const facilitator = await aFacilitator(booking.deps)
  const event_id = await anEvent(booking.deps, {
    facilitator_id: facilitator.id,
    timezone: 'Europe/Berlin',
    start_datetime: new Date('2098-01-15T07:00:00Z'),
    end_datetime: new Date('2098-01-15T08:00:00Z'),
  })
  const { status, body } = await book(user.token, event_id, { notes: 'Looking forward to this session' })
  assert.equal(status, 201)
  assert.equal(body.message, 'Booking created successfully')
  assert.equal(body.crm_notified, true)
  const { id, booking_date, created_at, ...rest } = body.booking
  assert.match(booking_date, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  assert.equal(created_at, booking_date)
  assert.deepEqual(rest, {
    user: { id: user.id, email: user.email, first_name: 'John', last_name: 'Doe' },
    event: {
      id: event_id,
      title: 'Morning Meditation Session',
      event_type: 'SESSION',
      start_datetime: '2098-01-15T07:00:00',
    },
    status: 'CONFIRMED',
    notes: 'Looking forward to this session',
    payment_status: 'pending',
    price: 25,
    cancellable_until: '2098-01-15T07:00:00',
  })
  assert.equal(await seats(user.token, event_id), 1)
  assert.deepEqual(booking.crm.received.at(-1), {
    booking_id: id,
    user: { id: user.id, email: user.email, name: 'John Doe', phone: '+1234567890' },
    event: {
      id: event_id,
      title: 'Morning Meditation Session',
      type: 'session',
      start_datetime: '2098-01-15T07:00:00',
      location: 'Wellness Center',
      timezone: 'Europe/Berlin',
    },
    facilitator_id: facilitator.id,
    booking_date,
    notes: 'Looking forward to this session',
  })
  const details = await booking.request('GET', `/api/bookings/${id}`, { token: user.token })
  assert.deepEqual(details.body, { booking: body.booking })
})

test('the response, every later read and the CRM have the same second, however the clock moves meanwhile', async (t) => {
  let now = Math.floor(Date.now() / 1_000) * 1_000
  // Each reading is a second later than the one before.
  const clock = {
    now: () => {
      now += 1_000
      return new Date(now)
    },
  }
  const own = await startTestBooking({ deps: { clock } })
  t.after(() => own.close())
  const { token } = await aUser(own.deps)
  const body = { event_id: await anEvent(own.deps) }
  const booked = await own.request('POST', '/api/bookings/', { token, body })
  const { id, booking_date, created_at } = booked.body.booking
  assert.deepEqual([booked.status, created_at], [201, booking_date])
  const later = await own.request('GET', `/api/bookings/${id}`, { token })
  assert.deepEqual(
    [later.body.booking.booking_date, later.body.booking.created_at],
    [booking_date, booking_date],
  )
  assert.equal(own.crm.received.at(-1)?.booking_date, booking_date)
})

test('the same event cannot be booked twice, nor two events at the same time', async () => {
  const { token } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps, { start_datetime: hours(900) })
  const overlapping = await anEvent(booking.deps, { start_datetime: hours(900.5) })
  const adjacent = await anEvent(booking.deps, { start_datetime: hours(901) })
  assert.equal((await book(token, event_id)).status, 201)
  const twice = await book(token, event_id)
  assert.deepEqual([twice.status, twice.body.code], [409, 'already_booked'])
  const clash = await book(token, overlapping)
  assert.deepEqual([clash.status, clash.body.code], [409, 'overlapping_booking'])
  assert.equal((await book(token, adjacent)).status, 201, 'one may end as the next begins')
  assert.equal(await seats(token, event_id), 1)
  assert.equal(await seats(token, overlapping), 0)
})

test('a full event refuses bookings until one is cancelled', async () => {
  const [first, second] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps, { max_participants: 1 })
  const { body } = await book(first.token, event_id)
  const refused = await book(second.token, event_id)
  assert.deepEqual([refused.status, refused.body.code], [409, 'event_full'])
  assert.equal((await cancel(first.token, body.booking.id)).status, 200)
  assert.equal((await book(second.token, event_id)).status, 201)
})

test('a hundred people at once get exactly the seats there are', async () => {
  const people = await Promise.all(Array.from({ length: 100 }, () => aUser(booking.deps)))
  const event_id = await anEvent(booking.deps, { max_participants: 20 })
  const answers = await Promise.all(people.map(({ token }) => book(token, event_id)))
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 201).length, 20)
  assert.equal(statuses.filter((status) => status === 409).length, 80)
  assert.equal(await seats(people[0]?.token ?? '', event_id), 20)
})

test('cancelling frees the seat and tells the CRM; booking again makes a new booking', async () => {
  const { token } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const { body: first } = await book(token, event_id)
  const { status, body } = await cancel(token, first.booking.id)
  assert.equal(status, 200)
  assert.equal(body.message, 'Booking cancelled successfully')
  assert.deepEqual(Object.keys(body.booking), ['id', 'status', 'updated_at'])
  assert.equal(body.booking.status, 'CANCELLED')
  assert.equal(await seats(token, event_id), 0)
  const again = await cancel(token, first.booking.id)
  assert.deepEqual([again.status, again.body.code], [400, 'already_cancelled'])
  const { body: second } = await book(token, event_id)
  assert.notEqual(second.booking.id, first.booking.id)
  await waitUntil(() =>
    booking.crm.received.some((told) => told.booking_id === first.booking.id && told.status),
  )
})

test('what has begun or is not open can be neither booked nor cancelled', async () => {
  const { token } = await aUser(booking.deps)
  const begun = await anEvent(booking.deps, { start_datetime: hours(-1), end_datetime: hours(1) })
  const cancelled = await anEvent(booking.deps, { status: 'CANCELLED' })
  assert.deepEqual(await outcome(book(token, begun)), [400, 'event_started'])
  assert.deepEqual(await outcome(book(token, cancelled)), [400, 'event_not_active'])
  assert.deepEqual(await outcome(book(token, 999_999)), [404, 'event_not_found'])

  const own = await startTestBooking()
  const guest = await aUser(own.deps)
  const event_id = await anEvent(own.deps, { start_datetime: new Date(own.clock.now().getTime() + 60_000) })
  const { body } = await own.request('POST', '/api/bookings/', { token: guest.token, body: { event_id } })
  own.clock.advance(61)
  const late = own.request('PUT', `/api/bookings/${body.booking.id}/cancel`, { token: guest.token })
  assert.deepEqual(await outcome(late), [400, 'event_started'])
  await own.close()
})

test('a booking without a usable event id or note says so', async () => {
  const { token } = await aUser(booking.deps)
  for (const event_id of [undefined, null, 'abc', '1', 0, -1, 1.5, 2_147_483_648, true, [], {}]) {
    const { status, body } = await book(token, event_id)
    assert.equal(status, 400, String(event_id))
    assert.equal(body.details[0].field, 'event_id')
  }
  assert.equal((await book(token, 1, { notes: 5 })).body.details[0].field, 'notes')
  assert.equal((await book(token, 1, { notes: 'x'.repeat(2_001) })).body.details[0].field, 'notes')
})

test("somebody else's booking is 404", async () => {
  const [owner, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps)
  const { body } = await book(owner.token, event_id)
  const foreign = await booking.request('GET', `/api/bookings/${body.booking.id}`, { token: other.token })
  const missing = await booking.request('GET', '/api/bookings/999999', { token: other.token })
  assert.equal(foreign.status, 404)
  assert.deepEqual(foreign.body, missing.body)
  assert.equal((await cancel(other.token, body.booking.id)).status, 404)
  assert.equal(await seats(owner.token, event_id), 1)
})

test('the list shows only own bookings, newest first, by status and upcoming', async () => {
  const [user, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const events = [await anEvent(booking.deps), await anEvent(booking.deps), await anEvent(booking.deps)]
  const ids: number[] = []
  for (const event_id of events) ids.push((await book(user.token, event_id)).body.booking.id)
  await book(other.token, events[0])
  await cancel(user.token, ids[1] ?? 0)
  const list = async (query: string) => {
    const { status, body } = await booking.request('GET', `/api/bookings/?${query}`, { token: user.token })
    assert.equal(status, 200, query)
    return body.bookings.map((each: { id: number }) => each.id)
  }
  assert.deepEqual(await list(''), ids.toReversed())
  assert.deepEqual(await list('status=cancelled'), [ids[1]])
  assert.deepEqual(await list('status=Confirmed&upcoming=True'), [ids[0], ids[2]])
  assert.deepEqual(await list('per_page=1&page=3'), [ids[0]])
  for (const query of ['status=lost', 'upcoming=maybe', 'past=2', 'page=0', 'per_page=x']) {
    assert.equal(
      (await booking.request('GET', `/api/bookings/?${query}`, { token: user.token })).status,
      400,
      query,
    )
  }
})

test('the bookings of one event are listed alone, the newest first, whatever else there is', async () => {
  const user = await aUser(booking.deps)
  const [first, other] = [
    await anEvent(booking.deps, { start_datetime: hours(30), end_datetime: hours(31) }),
    await anEvent(booking.deps, { start_datetime: hours(40), end_datetime: hours(41) }),
  ]
  const cancelled = (await book(user.token, first)).body.booking.id
  await cancel(user.token, cancelled)
  const held = (await book(user.token, first)).body.booking.id
  await book(user.token, other)
  const { body } = await booking.request('GET', `/api/bookings/?event_id=${first}`, { token: user.token })
  assert.deepEqual(
    body.bookings.map(({ id }: { id: number }) => id),
    [held, cancelled],
  )
  const someone = await aUser(booking.deps)
  const none = await booking.request('GET', `/api/bookings/?event_id=${first}`, { token: someone.token })
  assert.deepEqual(none.body.bookings, [])
  const wrong = await booking.request('GET', '/api/bookings/?event_id=x', { token: user.token })
  assert.deepEqual([wrong.status, wrong.body.details[0].field], [400, 'event_id'])
})

test('the hundred-and-first booking is on the second page, and found by its event', async () => {
  const user = await aUser(booking.deps)
  const events: number[] = []
  for (let n = 0; n < 101; n++) {
    const times = { start_datetime: hours(6_000 + 2 * n), end_datetime: hours(6_001 + 2 * n) }
    events.push(await anEvent(booking.deps, times))
    assert.equal((await book(user.token, events[n])).status, 201)
  }
  const list = async (query: string) =>
    (await booking.request('GET', `/api/bookings/?${query}`, { token: user.token })).body
  const { bookings, pagination } = await list('upcoming=true&per_page=100&page=2')
  assert.deepEqual([bookings.length, pagination.total, pagination.pages], [1, 101, 2])
  for (const event_id of [events[0], events[100]]) {
    const found = (await list(`event_id=${event_id}`)).bookings
    assert.deepEqual(
      found.map(({ event }: { event: { id: number } }) => event.id),
      [event_id],
    )
  }
})

test('what is over is listed from the latest on', async () => {
  const user = await aUser(booking.deps)
  const start = (hours: number) => new Date(booking.deps.clock.now().getTime() + hours * 3_600_000)
  const ids: number[] = []
  for (const hours of [5000, 5004, 5002]) {
    const event_id = await anEvent(booking.deps, { start_datetime: start(hours) })
    ids.push((await book(user.token, event_id)).body.booking.id)
  }
  await booking.deps.db
    .updateTable('events')
    .set({ start_datetime: start(-5), end_datetime: start(-4) })
    .where('start_datetime', 'in', [start(5000), start(5004)])
    .execute()
  const list = async (query: string) =>
    (await booking.request('GET', `/api/bookings/?${query}`, { token: user.token })).body.bookings.map(
      (each: { id: number }) => each.id,
    )
  assert.deepEqual(await list('past=true'), [ids[1], ids[0]])
  assert.deepEqual(await list('upcoming=true'), [ids[2]])
  assert.deepEqual(await list('past=true&upcoming=true'), [])
})

test('nobody books, sees or cancels without logging in', async () => {
  const answers = [
    await book(undefined, 1),
    await cancel(undefined, 1),
    await booking.request('GET', '/api/bookings/'),
    await booking.request('GET', '/api/bookings/1'),
  ]
  for (const { status, body } of answers) assert.deepEqual([status, body.code], [401, 'invalid_token'])
})

async function outcome(answer: Promise<{ status: number; body: { code: string } }>) {
  const { status, body } = await answer
  return [status, body.code]
}

async function waitUntil(condition: () => unknown): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.ok(condition())
}
