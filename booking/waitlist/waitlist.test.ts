import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { tidy } from './waitlist.service.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

type Person = Awaited<ReturnType<typeof aUser>>

const person = () => aUser(booking.deps)
const book = async ({ token }: Person, event_id: number): Promise<number> => {
  const { status, body } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(status, 201, JSON.stringify(body))
  return body.booking.id
}
const cancel = ({ token }: Person, id: number) =>
  booking.request('PUT', `/api/bookings/${id}/cancel`, { token })
const join = ({ token }: Person, event_id: number | string, body: unknown = {}) =>
  booking.request('POST', `/api/events/${event_id}/waitlist`, { token, body })
const leave = ({ token }: Person, event_id: number) =>
  booking.request('DELETE', `/api/events/${event_id}/waitlist`, { token })
const look = ({ token }: Person, event_id: number, query = '') =>
  booking.request('GET', `/api/events/${event_id}/waitlist${query}`, { token })
const own = async ({ token }: Person, query = '') =>
  (await booking.request('GET', `/api/bookings/waitlist${query}`, { token })).body
const holders = async (event_id: number) => {
  const rows = await booking.deps.db
    .selectFrom('bookings')
    .select('user_id')
    .where('event_id', '=', event_id)
    .where('status', '=', 'CONFIRMED')
    .orderBy('id')
    .execute()
  return rows.map(({ user_id }) => user_id)
}
const seats = async ({ token }: Person, event_id: number) =>
  (await booking.request('GET', `/api/events/${event_id}`, { token })).body.event.current_participants
const outcome = async (answer: Promise<{ status: number; body: { code: string } }>) => {
  const { status, body } = await answer
  return [status, body.code]
}
const hours = (count: number) => new Date(booking.clock.now().getTime() + count * 3_600_000)
/** An event with one seat, which `holder` has. */
const aFullEvent = async (holder: Person, overrides = {}) => {
  const event_id = await anEvent(booking.deps, { max_participants: 1, ...overrides })
  return { event_id, booking_id: await book(holder, event_id) }
}

test('people wait in the order in which they joined, and see their position', async () => {
  const [holder, first, second] = await Promise.all([person(), person(), person()])
  const { event_id } = await aFullEvent(holder)
  const { status, body } = await join(first, event_id, { notes: ' Please ' })
  const { joined_at, ...place } = body.waitlist
  assert.deepEqual([status, body.message], [201, 'You are on the waiting list'])
  assert.deepEqual(place, { event_id, position: 1, waiting: 1, status: 'waiting' })
  assert.match(joined_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  assert.equal((await join(second, event_id)).body.waitlist.position, 2)
  assert.deepEqual((await look(first, event_id)).body, {
    waitlist: { event_id, position: 1, waiting: 2, status: 'waiting', joined_at },
    waiting: 2,
  })
  assert.deepEqual((await look(holder, event_id)).body, { waitlist: null, waiting: 2 })
})

test('a freed seat goes to the first waiting person as a complete booking, and to nobody else', async () => {
  const [holder, first, second, stranger] = await Promise.all([person(), person(), person(), person()])
  const { event_id, booking_id } = await aFullEvent(holder)
  await join(first, event_id, { notes: 'Front row' })
  await join(second, event_id)
  assert.equal((await cancel(holder, booking_id)).status, 200)
  assert.deepEqual(await holders(event_id), [first.id])
  assert.equal(await seats(first, event_id), 1)
  const refused = booking.request('POST', '/api/bookings/', { token: stranger.token, body: { event_id } })
  assert.deepEqual(await outcome(refused), [409, 'event_full'])

  const { bookings } = (await booking.request('GET', '/api/bookings/', { token: first.token })).body
  assert.equal(bookings.length, 1)
  const [promoted] = bookings
  assert.deepEqual(
    [promoted.status, promoted.notes, promoted.payment_status],
    ['CONFIRMED', 'Front row', 'pending'],
  )
  assert.equal((await look(second, event_id)).body.waitlist.position, 1)
  assert.deepEqual(
    (await own(first, '?status=all')).waitlist.map((entry: { status: string; booking_id: number }) => [
      entry.status,
      entry.booking_id,
    ]),
    [['promoted', promoted.id]],
  )
  await waitUntil(() => booking.crm.received.some((told) => told.booking_id === promoted.id))
  const told = booking.crm.received.find((each) => each.booking_id === promoted.id)
  assert.deepEqual([told?.user.email, told?.notes, told?.status], [first.email, 'Front row', undefined])
  const admin = await aUser(booking.deps, { is_admin: true })
  const log = await booking.request('GET', `/api/audit-log?subject=booking&subject_id=${promoted.id}`, {
    token: admin.token,
  })
  assert.deepEqual(
    log.body.entries.map((entry: { action: string; actor_id: number | null }) => [
      entry.action,
      entry.actor_id,
    ]),
    [['booking.promoted', null]],
  )
})

test('somebody with an overlapping booking is skipped, keeps their place, and is promoted when they are free', async () => {
  const [holder, busy, next] = await Promise.all([person(), person(), person()])
  const start_datetime = hours(2_000)
  const other = await anEvent(booking.deps, { start_datetime })
  const { event_id, booking_id } = await aFullEvent(holder, { start_datetime })
  await join(busy, event_id)
  await join(next, event_id)
  const elsewhere = await book(busy, other)
  await cancel(holder, booking_id)
  assert.deepEqual(await holders(event_id), [next.id])
  assert.equal((await look(busy, event_id)).body.waitlist.position, 1)

  const [{ id = 0 } = {}] = (await booking.request('GET', '/api/bookings/', { token: next.token })).body
    .bookings
  await cancel(next, id)
  assert.deepEqual(await holders(event_id), [], 'a seat is free, and the only one in line is busy')
  await cancel(busy, elsewhere)
  assert.deepEqual(await holders(event_id), [busy.id])
  assert.equal(await seats(busy, event_id), 1)
})

test('a seat that nobody could take is offered again by the worker, and lists of events that begin are closed', async () => {
  const [holder, waiter] = await Promise.all([person(), person()])
  const { event_id } = await aFullEvent(holder, { start_datetime: hours(3_000) })
  await join(waiter, event_id)
  const { db } = booking.deps
  await db.updateTable('events').set({ max_participants: 2 }).where('id', '=', event_id).execute()
  await tidy(booking.deps)
  assert.deepEqual(await holders(event_id), [holder.id, waiter.id])

  const [another, late] = await Promise.all([person(), person()])
  const { event_id: soon } = await aFullEvent(another, { start_datetime: hours(3_100) })
  await join(late, soon)
  await db
    .updateTable('events')
    .set({ start_datetime: hours(-0.1), end_datetime: hours(1) })
    .where('id', '=', soon)
    .execute()
  await tidy(booking.deps)
  assert.deepEqual((await look(late, soon)).body, { waitlist: null, waiting: 0 })
  assert.equal((await own(late, '?status=Closed')).pagination.total, 1)
})

test('leaving the list prevents a promotion, and booking a seat ends the wait', async () => {
  const [holder, first, second] = await Promise.all([person(), person(), person()])
  const { event_id, booking_id } = await aFullEvent(holder)
  await join(first, event_id)
  await join(second, event_id)
  const { status, body } = await leave(first, event_id)
  assert.deepEqual([status, body], [200, { message: 'You have left the waiting list' }])
  assert.deepEqual(await outcome(leave(first, event_id)), [404, 'not_on_waitlist'])
  await cancel(holder, booking_id)
  assert.deepEqual(await holders(event_id), [second.id])

  await join(first, event_id)
  const { db } = booking.deps
  await db.updateTable('events').set({ max_participants: 2 }).where('id', '=', event_id).execute()
  await book(first, event_id)
  assert.deepEqual((await look(first, event_id)).body, { waitlist: null, waiting: 0 })
})

test('one can wait only for an event that is full, active and does not overlap an own booking', async () => {
  const [holder, user] = await Promise.all([person(), person()])
  const start_datetime = hours(4_000)
  const { event_id } = await aFullEvent(holder, { start_datetime })
  const free = await anEvent(booking.deps, { start_datetime })
  assert.deepEqual(await outcome(join(user, free)), [409, 'event_not_full'])
  assert.deepEqual(await outcome(join(holder, event_id)), [409, 'already_booked'])
  assert.equal((await join(user, event_id)).status, 201)
  assert.deepEqual(await outcome(join(user, event_id)), [409, 'already_waiting'])
  await leave(user, event_id)
  await book(user, free)
  assert.deepEqual(await outcome(join(user, event_id)), [409, 'overlapping_booking'])
  const full = { max_participants: 1, current_participants: 1 }
  const begun = await anEvent(booking.deps, { ...full, start_datetime: hours(-1), end_datetime: hours(1) })
  const cancelled = await anEvent(booking.deps, { ...full, status: 'CANCELLED' })
  assert.deepEqual(await outcome(join(user, begun)), [400, 'event_started'])
  assert.deepEqual(await outcome(join(user, cancelled)), [400, 'event_not_active'])
  for (const id of [999_999, 0, 'abc']) assert.equal((await join(user, id)).status, 404)
  assert.deepEqual(await outcome(look(user, 999_999)), [404, 'event_not_found'])
  assert.deepEqual(await outcome(leave(user, 999_999)), [404, 'event_not_found'])
  const long = await join(user, event_id, { notes: 'x'.repeat(2_001) })
  assert.deepEqual([long.status, long.body.details[0].field], [400, 'notes'])
})

test('only who organises the event, or an admin, sees who waits', async () => {
  const [holder, waiter, leader, otherLeader] = await Promise.all([person(), person(), person(), person()])
  const admin = await aUser(booking.deps, { is_admin: true })
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: leader.id })
  await aFacilitator(booking.deps, { user_id: otherLeader.id })
  const { event_id } = await aFullEvent(holder, { facilitator_id })
  await join(waiter, event_id, { notes: 'Please' })
  for (const token of [leader, admin]) {
    const { body } = await look(token, event_id, '?per_page=5')
    const [{ joined_at: _at, ...entry }] = body.entries
    assert.deepEqual(entry, {
      position: 1,
      user: { id: waiter.id, email: waiter.email, first_name: 'Ann', last_name: 'Other' },
      notes: 'Please',
    })
    assert.deepEqual([body.waitlist, body.pagination.total, body.pagination.per_page], [null, 1, 5])
  }
  for (const someone of [holder, waiter, otherLeader])
    assert.equal((await look(someone, event_id)).body.entries, undefined)
})

test('joining, reading and leaving a waiting list needs a login', async () => {
  for (const [method, url] of [
    ['POST', '/api/events/1/waitlist'],
    ['GET', '/api/events/1/waitlist'],
    ['DELETE', '/api/events/1/waitlist'],
    ['GET', '/api/bookings/waitlist'],
  ] as const)
    assert.deepEqual(await outcome(booking.request(method, url)), [401, 'invalid_token'])
})

test('own entries are those of the caller, the next event first', async () => {
  const [holder, waiter, other] = await Promise.all([person(), person(), person()])
  const { event_id: later } = await aFullEvent(holder, { start_datetime: hours(6_000) })
  const { event_id: sooner } = await aFullEvent(holder, { start_datetime: hours(5_000) })
  await join(other, later)
  for (const id of [later, sooner]) await join(waiter, id)
  const { waitlist, pagination } = await own(waiter)
  assert.equal(pagination.total, 2)
  assert.deepEqual(
    waitlist.map((entry: { event: { id: number }; position: number }) => [entry.event.id, entry.position]),
    [
      [sooner, 1],
      [later, 2],
    ],
  )
  const bad = await booking.request('GET', '/api/bookings/waitlist?status=lost', { token: waiter.token })
  assert.deepEqual([bad.status, bad.body.details[0].field], [400, 'status'])
})

async function waitUntil(condition: () => unknown): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.ok(condition())
}
