import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { offerAgain } from './promotion.service.ts'

let booking: TestBooking
let admin: Person

before(async () => {
  booking = await startTestBooking()
  admin = await aUser(booking.deps, { is_admin: true })
})
after(() => booking.close())

type Person = Awaited<ReturnType<typeof aUser>>

const book = async ({ token }: Person, event_id: number): Promise<number> =>
  (await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).body.booking.id
const cancel = async (person: Person, id: number) => {
  const token = await booking.deps.identity.sessions.issue('access', person)
  const { status, body } = await booking.request('PUT', `/api/bookings/${id}/cancel`, { token })
  return [status, body.code, body.error]
}
const untilOf = async (person: Person, id: number) => {
  const token = await booking.deps.identity.sessions.issue('access', person)
  const one = (await booking.request('GET', `/api/bookings/${id}`, { token })).body.booking
  const list = (await booking.request('GET', '/api/bookings/', { token })).body.bookings
  const listed = list.find((each: { id: number }) => each.id === id)
  assert.equal(one.cancellable_until, listed.cancellable_until)
  return one.cancellable_until
}
const inHours = (hours: number) =>
  new Date(booking.clock.now().getTime() + hours * 3_600_000).toISOString().slice(0, 19)
/** Begins in three days; attendees may cancel until a day before. */
const anEventWithDeadline = (overrides = {}) =>
  anEvent(booking.deps, {
    start_datetime: new Date(booking.clock.now().getTime() + 72 * 3_600_000),
    cancellation_deadline_hours: 24,
    ...overrides,
  })

const change = async (event_id: number, body: object) => {
  const token = await booking.deps.identity.sessions.issue('access', admin)
  const { status } = await booking.request('PUT', `/api/events/${event_id}`, { token, body })
  assert.equal(status, 200)
}

test('attendees cancel until the deadline, which the refusal names', async () => {
  const [early, late] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEventWithDeadline()
  const ids = [await book(early, event_id), await book(late, event_id)] as const
  const deadline = new Date(booking.clock.now().getTime() + 48 * 3_600_000).toISOString().slice(0, 19)
  booking.clock.advance(48 * 3_600 - 1)
  assert.deepEqual(await cancel(early, ids[0]), [200, undefined, undefined])
  booking.clock.advance(1)
  const [status, code, error] = await cancel(late, ids[1])
  assert.deepEqual([status, code], [400, 'cancellation_deadline_passed'])
  assert.ok(error.includes(`until ${deadline} UTC`), error)
  assert.deepEqual((await cancel(early, ids[0])).slice(0, 2), [400, 'already_cancelled'])
  booking.clock.advance(24 * 3_600)
  assert.deepEqual((await cancel(late, ids[1])).slice(0, 2), [400, 'event_started'])
})

test('a booking says until when it can be cancelled, and null once it cannot', async () => {
  const [early, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEventWithDeadline()
  const deadline = inHours(48)
  const { body } = await booking.request('POST', '/api/bookings/', {
    token: early.token,
    body: { event_id },
  })
  assert.equal(body.booking.cancellable_until, deadline)
  assert.equal(await untilOf(early, body.booking.id), deadline)
  const cancelled = await book(other, event_id)
  await cancel(other, cancelled)
  assert.equal(await untilOf(other, cancelled), null)
  booking.clock.advance(48 * 3_600 - 1)
  assert.equal(await untilOf(early, body.booking.id), deadline)
  booking.clock.advance(1)
  assert.equal(await untilOf(early, body.booking.id), null)
  const late = await aUser(booking.deps)
  const answer = await booking.request('POST', '/api/bookings/', { token: late.token, body: { event_id } })
  assert.equal(answer.body.booking.cancellable_until, null, 'booked after the deadline')
  assert.equal(await untilOf(late, answer.body.booking.id), null)
})

test('whose event is changed after the deadline may cancel until the start; who books it as it is then may not', async () => {
  const changes: [body: () => object, hasGrace: boolean][] = [
    [() => ({ start_datetime: inHours(8), end_datetime: inHours(9) }), true],
    [() => ({ location: 'The other room' }), true],
    [() => ({ location: 'wellness\u00a0 CENTER' }), false],
    [() => ({ virtual_link: 'https://meet.example/other' }), false],
    [() => ({ cancellation_deadline_hours: 96 }), false],
    [() => ({ title: 'The same, with another name' }), false],
    [() => ({ max_participants: 12 }), false],
  ]
  for (const [body, hasGrace] of changes) {
    const [known, late] = [await aUser(booking.deps), await aUser(booking.deps)]
    const event_id = await anEventWithDeadline({ cancellation_deadline_hours: 71 })
    const id = await book(known, event_id)
    booking.clock.advance(2 * 3_600)
    await change(event_id, body())
    const start = 'start_datetime' in body() ? inHours(8) : inHours(70)
    assert.equal(await untilOf(known, id), hasGrace ? start : null, JSON.stringify(body()))
    const lateToken = await booking.deps.identity.sessions.issue('access', late)
    const booked = await booking.request('POST', '/api/bookings/', { token: lateToken, body: { event_id } })
    assert.equal(booked.body.booking.cancellable_until, null)
    assert.equal(await untilOf(late, booked.body.booking.id), null)
    assert.equal((await cancel(late, booked.body.booking.id))[1], 'cancellation_deadline_passed')
    assert.equal((await cancel(known, id))[0], hasGrace ? 200 : 400)
  }
})

test('a change that is undone within a minute opens nothing, one that people were told of does', async () => {
  for (const [pauses, hasGrace] of [
    [[10], false],
    [[50, 50], false],
    [[60], true],
    [[50, 60], true],
  ] as const) {
    const person = await aUser(booking.deps)
    const event_id = await anEventWithDeadline({ cancellation_deadline_hours: 71, location: 'The hall' })
    const id = await book(person, event_id)
    booking.clock.advance(2 * 3_600)
    for (const [i, pause] of pauses.entries()) {
      await change(event_id, { location: `Room ${i}` })
      assert.notEqual(await untilOf(person, id), null)
      booking.clock.advance(pause)
    }
    await change(event_id, { location: 'the  hall' })
    assert.equal((await untilOf(person, id)) !== null, hasGrace, pauses.join())
    await change(event_id, { location: 'Somewhere else' })
    assert.notEqual(await untilOf(person, id), null)
  }
})

test('who has booked between a change and its undoing may cancel what is not what they booked', async () => {
  const [before, between] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEventWithDeadline({ cancellation_deadline_hours: 71, location: 'The hall' })
  const id = await book(before, event_id)
  booking.clock.advance(2 * 3_600)
  await change(event_id, { location: 'The garden' })
  const token = await booking.deps.identity.sessions.issue('access', between)
  booking.clock.advance(1)
  const { body } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(body.booking.cancellable_until, null)
  booking.clock.advance(1)
  await change(event_id, { location: 'The hall' })
  assert.notEqual(await untilOf(between, body.booking.id), null)
  assert.notEqual(await untilOf(before, id), null, 'by the same change')
})

test('who has booked keeps the hours for cancelling, or fewer; who books afterwards has those of then', async () => {
  const [known, late] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEventWithDeadline()
  const id = await book(known, event_id)
  await change(event_id, { cancellation_deadline_hours: 48 })
  assert.equal(await untilOf(known, id), inHours(48))
  const lateId = await book(late, event_id)
  assert.equal(await untilOf(late, lateId), inHours(24))
  booking.clock.advance(47 * 3_600)
  assert.equal((await cancel(late, lateId))[1], 'cancellation_deadline_passed')
  await change(event_id, { cancellation_deadline_hours: 3 })
  assert.equal(await untilOf(known, id), inHours(22))
  await change(event_id, { cancellation_deadline_hours: 24 })
  assert.deepEqual(await cancel(known, id), [200, undefined, undefined])
})

test('who has booked keeps the price, or a lower one, also on the roster; what was paid stays', async () => {
  const [known, paying, late] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const event_id = await anEventWithDeadline({ price: 14 })
  const ids = [await book(known, event_id), await book(paying, event_id)]
  const adminToken = await booking.deps.identity.sessions.issue('access', admin)
  const priceOf = async (person: Person, id: number) => {
    const token = await booking.deps.identity.sessions.issue('access', person)
    return (await booking.request('GET', `/api/bookings/${id}`, { token })).body.booking.price
  }
  const { status } = await booking.request('PUT', `/api/bookings/${ids[1]}/payment`, {
    token: adminToken,
    body: { payment_status: 'paid' },
  })
  assert.equal(status, 200)
  await change(event_id, { price: 44 })
  const lateId = await book(late, event_id)
  const costs = async () => [
    await priceOf(known, ids[0] ?? 0),
    await priceOf(paying, ids[1] ?? 0),
    await priceOf(late, lateId),
  ]
  assert.deepEqual(await costs(), [14, 14, 44])
  await change(event_id, { price: 10 })
  assert.deepEqual(await costs(), [10, 14, 10])
  const roster = await booking.request('GET', `/api/events/${event_id}/bookings`, { token: adminToken })
  const listed = new Map(
    roster.body.bookings.map((entry: { id: number; price: number }) => [entry.id, entry.price]),
  )
  assert.deepEqual(
    [...ids, lateId].map((id) => listed.get(id)),
    [10, 14, 10],
  )
})

test('without a deadline they cancel until the start', async () => {
  const person = await aUser(booking.deps)
  const id = await book(person, await anEventWithDeadline({ cancellation_deadline_hours: 0 }))
  assert.equal(await untilOf(person, id), inHours(72))
  booking.clock.advance(72 * 3_600 - 1)
  assert.deepEqual(await cancel(person, id), [200, undefined, undefined])
})

test('after the deadline a promotion may still be cancelled, a booking may not', async () => {
  const [holder, waiter] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEventWithDeadline({ max_participants: 1 })
  await book(holder, event_id)
  await booking.request('POST', `/api/events/${event_id}/waitlist`, { token: waiter.token, body: {} })
  booking.clock.advance(50 * 3_600)
  const { db } = booking.deps
  await db.updateTable('events').set({ max_participants: 2 }).where('id', '=', event_id).execute()
  await offerAgain(booking.deps, waiter.id)
  const mine = await db
    .selectFrom('bookings')
    .select('id')
    .where('user_id', '=', waiter.id)
    .executeTakeFirstOrThrow()
  assert.equal(await untilOf(waiter, mine.id), inHours(22), 'the start')
  assert.deepEqual(await cancel(waiter, mine.id), [200, undefined, undefined])
  assert.equal(await untilOf(waiter, mine.id), null)

  const late = await aUser(booking.deps)
  assert.deepEqual((await cancel(late, await book(late, event_id))).slice(0, 2), [
    400,
    'cancellation_deadline_passed',
  ])
})

test('a booking says that the studio has cancelled it, or the event with it, and not what its attendee has cancelled', async () => {
  const event_id = await anEventWithDeadline()
  const [own, removed, taken] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const ids = [await book(own, event_id), await book(removed, event_id), await book(taken, event_id)]
  const [ownId = 0, removedId = 0, takenId = 0] = ids
  const put = async (path: string, body: object = {}) => {
    const token = await booking.deps.identity.sessions.issue('access', admin)
    assert.equal((await booking.request('PUT', path, { token, body })).status, 200)
  }
  await cancel(own, ownId)
  await put(`/api/events/${event_id}/bookings/${removedId}/cancel`)
  await put(`/api/events/${event_id}/cancel`, { reason: 'The roof leaks' })
  const saidOf = async (person: Person, id: number) => {
    const token = await booking.deps.identity.sessions.issue('access', person)
    const { status, cancelled_by_studio } = (await booking.request('GET', `/api/bookings/${id}`, { token }))
      .body.booking
    return [status, cancelled_by_studio]
  }
  assert.deepEqual(await saidOf(own, ownId), ['CANCELLED', undefined])
  assert.deepEqual(await saidOf(removed, removedId), ['CANCELLED', true])
  assert.deepEqual(await saidOf(taken, takenId), ['CANCELLED', true])
})
