import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser, crowd } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
})
after(() => booking.close())

/** Days of their own, so that no test meets the events of another. */
let days = 100
const nextDay = () => new Date(booking.clock.now().getTime() + days++ * 86_400_000)
const later = (at: Date, hours: number) => new Date(at.getTime() + hours * 3_600_000)
const anEventAt = (start_datetime: Date) =>
  anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, start_datetime })
const move = (id: number, start: Date) =>
  booking.request('PUT', `/api/events/${id}`, {
    token: organiser.token,
    body: { start_datetime: toWireTime(start), end_datetime: toWireTime(later(start, 1)) },
  })
const book = (event_id: number, token: string) =>
  booking.request('POST', '/api/bookings/', { token, body: { event_id } })
const bookingOf = async (id: number, token: string) =>
  (await booking.request('GET', `/api/bookings/${id}`, { token })).body.booking
const during = async (id: number) => {
  const { rows } = await sql<{ start: Date; end: Date }>`
    select lower(during) as start, upper(during) as end from bookings where id = ${id}`.execute(
    booking.deps.db,
  )
  return rows[0]
}

/** Somebody who has booked two events, an hour apart. */
async function bookedTwice() {
  const { token, id: user_id } = await aUser(booking.deps)
  const day = nextDay()
  const [first, second] = [await anEventAt(day), await anEventAt(later(day, 2))]
  const firstBooking: number = (await book(first, token)).body.booking.id
  const secondBooking: number = (await book(second, token)).body.booking.id
  return { token, user_id, day, first, second, firstBooking, secondBooking }
}

test('bookings move along with their event', async () => {
  const { token } = await aUser(booking.deps)
  const day = nextDay()
  const id = await anEventAt(day)
  const booked = (await book(id, token)).body.booking.id
  const { status, body } = await move(id, later(day, 5))
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.clashes, 0)
  assert.equal(body.event.start_datetime, toWireTime(later(day, 5)))
  assert.deepEqual(await during(booked), { start: later(day, 5), end: later(day, 6) })
  assert.equal((await bookingOf(booked, token)).event.start_datetime, toWireTime(later(day, 5)))
  assert.equal('has_clash' in (await bookingOf(booked, token)), false)
  assert.equal((await book(await anEventAt(day), token)).status, 201, 'the old time is free again')
})

test('a clash of an attendee does not stop an event from moving; it is marked and shown', async () => {
  const { token, day, first, firstBooking, secondBooking } = await bookedTwice()
  const { status, body } = await move(first, later(day, 2.5))
  assert.deepEqual([status, body.clashes], [200, 1])
  assert.equal((await bookingOf(firstBooking, token)).has_clash, true)
  const list = await booking.request('GET', '/api/bookings/', { token })
  assert.deepEqual(
    list.body.bookings.map(({ id, has_clash }: { id: number; has_clash?: true }) => [id, has_clash]),
    [
      [secondBooking, undefined],
      [firstBooking, true],
    ],
  )
})

test('nobody books on top of a booking with a clash either', async () => {
  const { token, day, first } = await bookedTwice()
  await move(first, later(day, 2.5))
  const beside = await anEventAt(later(day, 3.25))
  const refused = await book(beside, token)
  assert.deepEqual([refused.status, refused.body.code], [409, 'overlapping_booking'])
  assert.equal((await book(first, token)).body.code, 'already_booked')
})

test('a clash ends when the other booking is cancelled', async () => {
  const { token, day, first, firstBooking, secondBooking } = await bookedTwice()
  await move(first, later(day, 2))
  await booking.request('PUT', `/api/bookings/${secondBooking}/cancel`, { token })
  assert.equal('has_clash' in (await bookingOf(firstBooking, token)), false)
  assert.deepEqual(await isProtected(first, token), true)
})

test('a clash ends when the booking with the mark is cancelled', async () => {
  const { token, day, first, firstBooking } = await bookedTwice()
  await move(first, later(day, 2))
  await booking.request('PUT', `/api/bookings/${firstBooking}/cancel`, { token })
  assert.equal('has_clash' in (await bookingOf(firstBooking, token)), false)
})

test('a clash ends when either event moves away', async () => {
  for (const moving of ['first', 'second'] as const) {
    const { token, day, firstBooking, ...events } = await bookedTwice()
    await move(events.first, later(day, 2))
    assert.equal((await bookingOf(firstBooking, token)).has_clash, true)
    const { body } = await move(events[moving], later(day, 8))
    assert.equal(body.clashes, 0)
    assert.equal('has_clash' in (await bookingOf(firstBooking, token)), false, moving)
  }
})

test('a clash ends when the other event is cancelled', async () => {
  const { token, day, first, second, firstBooking } = await bookedTwice()
  await move(first, later(day, 2))
  await booking.request('PUT', `/api/events/${second}/cancel`, { token: organiser.token })
  assert.equal('has_clash' in (await bookingOf(firstBooking, token)), false)
})

test('of three bookings at one time a clash stays until none is left', async () => {
  const { token, day, first, second, firstBooking, secondBooking } = await bookedTwice()
  const third = await anEventAt(later(day, 6))
  const thirdBooking = (await book(third, token)).body.booking.id
  await move(first, later(day, 2))
  await move(third, later(day, 2))
  await booking.request('PUT', `/api/bookings/${secondBooking}/cancel`, { token })
  assert.equal((await bookingOf(firstBooking, token)).has_clash, true)
  assert.equal((await bookingOf(thirdBooking, token)).has_clash, true)
  await booking.request('PUT', `/api/bookings/${thirdBooking}/cancel`, { token })
  assert.equal('has_clash' in (await bookingOf(firstBooking, token)), false)
  assert.ok(second)
})

test('a new length counts as well as a new time', async () => {
  const { token, day, first, firstBooking } = await bookedTwice()
  const answer = await booking.request('PUT', `/api/events/${first}`, {
    token: organiser.token,
    body: { end_datetime: toWireTime(later(day, 2.25)) },
  })
  assert.deepEqual([answer.status, answer.body.clashes], [200, 1])
  assert.equal((await bookingOf(firstBooking, token)).has_clash, true)
})

test('an edit that does not move the event does not report clashes', async () => {
  const { first } = await bookedTwice()
  const { body } = await booking.request('PUT', `/api/events/${first}`, {
    token: organiser.token,
    body: { price: 7 },
  })
  assert.equal('clashes' in body, false)
})

test('ten thousand bookings move along at once', async (t) => {
  const day = nextDay()
  const id = await anEvent(booking.deps, {
    facilitator_id: organiser.facilitator_id,
    start_datetime: day,
    max_participants: 10_000,
  })
  await crowd(booking.deps, id, 10_000)
  const beganAt = performance.now()
  const { status, body } = await move(id, later(day, 3))
  t.diagnostic(`${Math.round(performance.now() - beganAt)} ms`)
  assert.deepEqual([status, body.clashes], [200, 0])
  const { rows } = await sql`
    select count(*) as moved from bookings join events on events.id = event_id
    where event_id = ${id} and during = tstzrange(start_datetime, end_datetime) and not has_clash`.execute(
    booking.deps.db,
  )
  assert.deepEqual(rows, [{ moved: 10_000 }])
})

test('the database itself still refuses an overlap that is not marked', async () => {
  const { second, firstBooking } = await bookedTwice()
  const attempt = sql`
    update bookings set during = (select tstzrange(start_datetime, end_datetime) from events where id = ${second})
    where id = ${firstBooking}`
  await assert.rejects(attempt.execute(booking.deps.db), { code: '23P01' })
})

/** Whether the constraint would refuse a second booking at that time. */
async function isProtected(event_id: number, token: string): Promise<boolean> {
  const { rows } = await sql<{ start_datetime: Date }>`
    select start_datetime from events where id = ${event_id}`.execute(booking.deps.db)
  const twin = await anEventAt(rows[0]?.start_datetime ?? new Date(0))
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const attempt = sql`
    insert into bookings (user_id, event_id, during)
    select ${sub}::integer, id, tstzrange(start_datetime, end_datetime) from events where id = ${twin}`
  return attempt.execute(booking.deps.db).then(
    () => false,
    ({ code }) => code === '23P01',
  )
}
