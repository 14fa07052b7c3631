import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { parseWireTime, toWireTime } from '#shared/lib/wire-time.ts'

type Wire = { id: number; title: string; start_datetime: string; end_datetime: string; status: string }

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
})
after(() => booking.close())

const send = (method: 'POST' | 'PUT', url: string, body: object, token = organiser.token) =>
  booking.request(method, url, { token, body })
const edit = (id: number, scope: string, body: object, token?: string) =>
  send('PUT', `/api/events/${id}?scope=${scope}`, body, token)
const cancel = (id: number, scope: string, body: object = {}) =>
  send('PUT', `/api/events/${id}/cancel?scope=${scope}`, body)
const book = async (event_id: number, { token } = { token: '' }) =>
  booking.request('POST', '/api/bookings/', { token, body: { event_id } })
const outcome = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code]
const inDays = (days: number) => new Date(booking.clock.now().getTime() + days * 86_400_000)

/** Five Thursdays at 7 in Berlin; clocks change after the second. */
const WINTER = { start_datetime: '2031-03-20T06:00:00', end_datetime: '2031-03-20T07:00:00' }
const THURSDAYS = ['2031-03-20T06', '2031-03-27T06', '2031-04-03T05', '2031-04-10T05', '2031-04-17T05']

async function aSeries(
  overrides: object = {},
): Promise<{ series_id: number; events: Wire[]; ids: number[] }> {
  const { status, body } = await send('POST', '/api/events/', {
    title: 'Early Flow',
    event_type: 'session',
    max_participants: 5,
    timezone: 'Europe/Berlin',
    recurrence: 'FREQ=WEEKLY;BYDAY=TH;COUNT=5',
    ...WINTER,
    ...overrides,
  })
  assert.equal(status, 201, JSON.stringify(body))
  return { ...body, ids: body.events.map(({ id }: Wire) => id) }
}

async function read(ids: number[]): Promise<Wire[]> {
  const answers = await Promise.all(
    ids.map((id) => booking.request('GET', `/api/events/${id}`, { token: organiser.token })),
  )
  return answers.map(({ body }) => body.event)
}

const starts = (events: Wire[]) => events.map(({ start_datetime }) => start_datetime.slice(0, 13))
const titles = async (ids: number[]) => (await read(ids)).map(({ title }) => title)

test('a series is made of events of their own that keep the time on the clock', async () => {
  const { series_id, events, ids } = await aSeries()
  assert.deepEqual(starts(events), THURSDAYS)
  assert.ok(
    events.every(
      (event) =>
        event.end_datetime.slice(11) === (event.start_datetime < '2031-03-30' ? '07:00:00' : '06:00:00'),
    ),
  )
  assert.ok(events.every((event) => (event as Wire & { series_id: number }).series_id === series_id))
  const person = await aUser(booking.deps)
  for (const id of ids) assert.equal((await book(id, person)).status, 201)
  const row = await booking.deps.db
    .selectFrom('event_series')
    .selectAll()
    .where('id', '=', series_id)
    .executeTakeFirst()
  assert.deepEqual(
    [row?.recurrence, row?.timezone, row?.facilitator_id],
    ['FREQ=WEEKLY;BYDAY=TH;COUNT=5', 'Europe/Berlin', organiser.facilitator_id],
  )
})

test('a recurrence that cannot be is named with all else that is wrong', async () => {
  const body = {
    title: ' ',
    event_type: 'session',
    max_participants: 5,
    ...WINTER,
    recurrence: 'FREQ=YEARLY;COUNT=2',
  }
  const { status, body: answer } = await send('POST', '/api/events/', body)
  assert.equal(status, 400)
  assert.deepEqual(
    answer.details.map(({ field }: { field: string }) => field),
    ['title', 'recurrence'],
  )
  assert.match(answer.error, /recurrence must have a FREQ of DAILY, WEEKLY or MONTHLY/)
  for (const recurrence of [5, '', 'x'.repeat(501), ['FREQ=DAILY;COUNT=2']]) {
    const refused = await send('POST', '/api/events/', { ...body, title: 'x', recurrence })
    assert.deepEqual([refused.status, refused.body.details[0].field], [400, 'recurrence'], String(recurrence))
  }
  const none = await send('POST', '/api/events/', { ...body, title: 'x', recurrence: null })
  assert.deepEqual([none.status, none.body.event.series_id], [201, null])
})

test('the longest series is made at once', async () => {
  const { events } = await aSeries({ recurrence: 'FREQ=DAILY;COUNT=366' })
  assert.equal(events.length, 366)
  const { body } = await edit(events[0]?.id ?? 0, 'all', { title: 'Every Day' })
  assert.equal(body.events.length, 366)
  assert.ok(body.events.every(({ title }: Wire) => title === 'Every Day'))
})

test('an edit is of this event, of this and the following, or of all', async () => {
  const { ids } = await aSeries()
  const [first = 0, , third = 0] = ids
  const one = await edit(first, 'this', { title: 'A' })
  assert.deepEqual([one.body.message, one.body.event.title], ['Event updated successfully', 'A'])
  const some = await edit(third, 'Following', { title: 'B', price: 12 })
  assert.equal(some.body.message, 'Events updated successfully')
  assert.deepEqual(
    some.body.events.map(({ id, price }: Wire & { price: number }) => [id, price]),
    ids.slice(2).map((id) => [id, 12]),
  )
  assert.deepEqual(await titles(ids), ['A', 'Early Flow', 'B', 'B', 'B'])
  await edit(third, 'all', { title: 'C' })
  assert.deepEqual(await titles(ids), ['C', 'C', 'C', 'C', 'C'])
})

test('new times move the others by as much on the clock, also over its change', async () => {
  const { ids } = await aSeries()
  const [, second = 0] = ids
  // From 7 to 18:30, and half an hour longer.
  const { status, body } = await edit(second, 'following', {
    start_datetime: '2031-03-27T17:30:00Z',
    end_datetime: '2031-03-27T20:00:00+01:00',
  })
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.clashes, 0)
  const moved = await read(ids)
  assert.deepEqual(
    moved.map(({ start_datetime, end_datetime }) => [start_datetime, end_datetime.slice(11)]),
    [
      ['2031-03-20T06:00:00', '07:00:00'],
      ['2031-03-27T17:30:00', '19:00:00'],
      ['2031-04-03T16:30:00', '18:00:00'],
      ['2031-04-10T16:30:00', '18:00:00'],
      ['2031-04-17T16:30:00', '18:00:00'],
    ],
  )
})

test('an event that was moved on its own stays apart from the others by as much', async () => {
  const { ids } = await aSeries()
  const [first = 0, second = 0] = ids
  await edit(second, 'this', { start_datetime: '2031-03-27T08:00:00', end_datetime: '2031-03-27T09:00:00' })
  await edit(first, 'all', { start_datetime: '2031-03-21T06:00:00', end_datetime: '2031-03-21T07:00:00' })
  assert.deepEqual(starts(await read(ids)), [
    '2031-03-21T06',
    '2031-03-28T08',
    '2031-04-04T05',
    '2031-04-11T05',
    '2031-04-18T05',
  ])
})

test('a series that moves by a whole step moves its bookings along, though each takes the place of the next', async () => {
  const { ids } = await aSeries()
  const person = await aUser(booking.deps)
  for (const id of ids) await book(id, person)
  const { status, body } = await edit(ids[0] ?? 0, 'all', {
    start_datetime: '2031-03-27T06:00:00',
    end_datetime: '2031-03-27T07:00:00',
  })
  assert.deepEqual([status, body.clashes], [200, 0], JSON.stringify(body))
  const mine = await booking.request('GET', '/api/bookings/', { token: person.token })
  assert.deepEqual(
    mine.body.bookings.map((each: { event: Wire; has_clash?: true }) => [
      each.event.start_datetime.slice(0, 13),
      each.has_clash,
    ]),
    [...THURSDAYS.slice(1), '2031-04-24T05'].reverse().map((start) => [start, undefined]),
  )
})

test('another zone keeps the time on every clock, whichever date is addressed, and tells who has booked of the move', async () => {
  // Two dates before the clocks of Berlin change, three after.
  for (const addressed of [0, 1, 2, 4]) {
    const { ids } = await aSeries()
    const [person, late] = [await aUser(booking.deps), await aUser(booking.deps)]
    for (const id of ids) assert.equal((await book(id, person)).status, 201)
    const night = await anEvent(booking.deps, { start_datetime: new Date('2031-04-09T22:00:00Z') })
    await book(night, late)
    await book(ids[3] ?? 0, late)
    const { status, body } = await edit(ids[addressed] ?? 0, 'all', { timezone: 'Asia/Tokyo' })
    assert.equal(status, 200, JSON.stringify(body))
    // 7 in Tokyo, which never changes its clocks, is 22 UTC of the day before.
    assert.deepEqual(
      starts(body.events),
      ['2031-03-19T22', '2031-03-26T22', '2031-04-02T22', '2031-04-09T22', '2031-04-16T22'],
      `addressed ${addressed}`,
    )
    assert.deepEqual(
      body.events.map(({ end_datetime }: Wire) => end_datetime.slice(11, 13)),
      ['23', '23', '23', '23', '23'],
    )
    assert.equal(body.clashes, 1)
    const mine = await booking.request('GET', '/api/bookings/', { token: person.token })
    assert.deepEqual(
      mine.body.bookings.map((each: { event: Wire }) => each.event.start_datetime).toSorted(),
      body.events.map(({ start_datetime }: Wire) => start_datetime),
    )
    const theirs = await booking.request('GET', '/api/bookings/', { token: late.token })
    assert.deepEqual(
      theirs.body.bookings.map((each: { event: Wire; has_clash?: true }) => [each.event.id, each.has_clash]),
      [
        [ids[3], true],
        [night, undefined],
      ],
    )
    const back = await edit(ids[4 - addressed] ?? 0, 'all', { timezone: 'Europe/Berlin' })
    assert.deepEqual(starts(back.body.events), THURSDAYS)
  }
})

test('another zone keeps the clock of this and the following dates, and the moment of a single one', async () => {
  const { ids } = await aSeries()
  const { body } = await edit(ids[1] ?? 0, 'following', { timezone: 'Asia/Tokyo' })
  assert.deepEqual(starts(body.events), ['2031-03-26T22', '2031-04-02T22', '2031-04-09T22', '2031-04-16T22'])
  const single = await edit(ids[0] ?? 0, 'this', { timezone: 'Asia/Tokyo' })
  assert.deepEqual([single.status, single.body.event.start_datetime.slice(0, 13)], [200, THURSDAYS[0]])
  assert.equal('clashes' in single.body, false)
})

test('another zone with times gives the others the same time on its clock', async () => {
  const { ids } = await aSeries({ timezone: 'UTC' })
  const { body } = await edit(ids[0] ?? 0, 'all', { timezone: 'Europe/Berlin', ...WINTER })
  // 6 UTC is 7 in Berlin; after its clocks have changed, 7 in Berlin is 5 UTC.
  assert.deepEqual(starts(body.events), THURSDAYS)
})

test('what is sent back as it was moves nothing', async () => {
  const { ids } = await aSeries()
  const before = await read(ids)
  const { body } = await edit(ids[2] ?? 0, 'all', { ...before[2] })
  assert.deepEqual(body.events, before)
  assert.equal('clashes' in body, false)
})

test('a change that one of them cannot take changes none', async () => {
  const { ids } = await aSeries()
  for (let i = 0; i < 2; i++) await book(ids[3] ?? 0, await aUser(booking.deps))
  const refused = await edit(ids[0] ?? 0, 'all', { max_participants: 1, title: 'Small' })
  assert.deepEqual(outcome(refused), [409, 'capacity_below_bookings'])
  assert.match(refused.body.error, new RegExp(`2 bookings of event ${ids[3]}`))
  const early = toWireTime(inDays(-1))
  const past = await edit(ids[0] ?? 0, 'all', { start_datetime: early, end_datetime: toWireTime(inDays(0)) })
  assert.deepEqual([past.status, past.body.code], [400, 'validation_failed'])
  assert.match(past.body.error, new RegExp(`start_datetime must be in the future, also for event ${ids[0]}`))
  assert.deepEqual(new Set(await titles(ids)), new Set(['Early Flow']))
})

test('what has begun or is cancelled is left as it is', async () => {
  const start = inDays(0.01)
  const { ids } = await aSeries({
    start_datetime: toWireTime(start),
    end_datetime: toWireTime(inDays(0.05)),
    timezone: 'UTC',
    recurrence: 'FREQ=DAILY;COUNT=4',
  })
  await cancel(ids[2] ?? 0, 'this')
  booking.clock.advance(3_000)
  organiser.token = await booking.deps.identity.sessions.issue('access', organiser)
  const { body } = await edit(ids[0] ?? 0, 'all', { title: 'Later' })
  assert.deepEqual(
    body.events.map(({ id }: Wire) => id),
    [ids[1], ids[3]],
  )
  assert.deepEqual(outcome(await edit(ids[0] ?? 0, 'following', { price: 3 })), [400, 'event_started'])
  assert.deepEqual(outcome(await cancel(ids[0] ?? 0, 'following')), [400, 'event_started'])
  const cancelled = await cancel(ids[0] ?? 0, 'all')
  assert.deepEqual(
    cancelled.body.events.map(({ id, status }: Wire) => [id, status]),
    [
      [ids[1], 'CANCELLED'],
      [ids[3], 'CANCELLED'],
    ],
  )
  assert.deepEqual(outcome(await edit(ids[0] ?? 0, 'all', { price: 3 })), [400, 'series_over'])
  assert.deepEqual(outcome(await cancel(ids[1] ?? 0, 'all')), [400, 'series_over'])
})

test('cancelling from one on cancels it and the following, with their bookings', async () => {
  const { ids } = await aSeries()
  const person = await aUser(booking.deps)
  for (const id of ids) await book(id, person)
  const { status, body } = await cancel(ids[2] ?? 0, 'following', { reason: 'Summer break' })
  assert.deepEqual([status, body.message, body.cancelled_bookings], [200, 'Events cancelled successfully', 3])
  assert.deepEqual(
    body.events.map(({ id, cancellation_reason }: Wire & { cancellation_reason: string }) => [
      id,
      cancellation_reason,
    ]),
    ids.slice(2).map((id) => [id, 'Summer break']),
  )
  const left = await booking.request('GET', '/api/bookings/?status=confirmed', { token: person.token })
  assert.equal(left.body.pagination.total, 2)
})

test('a scope needs a series, and is one of three', async () => {
  const single = await anEvent(booking.deps, { facilitator_id: organiser.facilitator_id })
  for (const scope of ['following', 'all']) {
    assert.deepEqual(outcome(await edit(single, scope, {})), [400, 'not_a_series'])
    assert.deepEqual(outcome(await cancel(single, scope)), [400, 'not_a_series'])
  }
  const unknown = await edit(single, 'some', {})
  assert.deepEqual([unknown.status, unknown.body.details[0].field], [400, 'scope'])
  const several = await edit(single, 'this&scope=all', { title: 5 })
  assert.deepEqual([several.status, several.body.code], [400, 'validation_failed'])
  assert.equal((await edit(single, '', {})).status, 200)
  for (const query of ['scope[]=all', 'scope%5B%5D=all', 'scope[0]=all', 'Scope=all'])
    for (const act of [edit, cancel]) {
      const { status, body } = await act(single, `this&${query}`, {})
      assert.deepEqual([status, body.details[0].message], [400, 'must be written as scope=…'], query)
    }
})

test('nobody else changes or cancels a series', async () => {
  const { ids } = await aSeries()
  for (const { token } of [await anOrganiser(booking.deps), await aUser(booking.deps)]) {
    assert.deepEqual(outcome(await edit(ids[0] ?? 0, 'all', { title: 'x' }, token)), [
      403,
      'not_the_organiser',
    ])
    const refused = await send('PUT', `/api/events/${ids[0]}/cancel?scope=all`, {}, token)
    assert.deepEqual(outcome(refused), [403, 'not_the_organiser'])
  }
  assert.deepEqual(new Set(await titles(ids)), new Set(['Early Flow']))
})

test('added seats go to waiting people, and a cancelled event has no waiting list any more', async () => {
  const { ids } = await aSeries({ max_participants: 1 })
  const [holder, first, second, third] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const [event = 0, other = 0] = ids
  await book(event, holder)
  await book(other, holder)
  const wait = (id: number, { token }: { token: string }) =>
    booking.request('POST', `/api/events/${id}/waitlist`, { token, body: {} })
  for (const person of [first, second, third]) assert.equal((await wait(event, person)).status, 201)
  assert.equal((await wait(other, second)).status, 201)
  const { body } = await edit(event, 'all', { max_participants: 3 })
  assert.deepEqual(
    body.events.map((each: Wire & { current_participants: number }) => each.current_participants),
    [3, 2, 0, 0, 0],
  )
  const seen = await booking.request('GET', `/api/events/${event}`, { token: third.token })
  assert.equal(seen.body.event.is_full, true)
  for (const person of [first, second]) assert.equal((await book(event, person)).body.code, 'already_booked')
  await cancel(event, 'this')
  const closed = await booking.request('GET', '/api/bookings/waitlist?status=closed', { token: third.token })
  assert.equal(closed.body.pagination.total, 1)
})

test('an event that moves offers its free seat to waiting people who had another booking at the old time', async () => {
  const [waiter, holder] = [await aUser(booking.deps), await aUser(booking.deps)]
  const own = { facilitator_id: organiser.facilitator_id, max_participants: 1 }
  const start_datetime = inDays(400)
  const full = await anEvent(booking.deps, { ...own, start_datetime })
  const held = await book(full, holder)
  await booking.request('POST', `/api/events/${full}/waitlist`, { token: waiter.token, body: {} })
  await book(await anEvent(booking.deps, { ...own, start_datetime }), waiter)
  await booking.request('PUT', `/api/bookings/${held.body.booking.id}/cancel`, { token: holder.token })
  const { body } = await edit(full, 'this', {
    start_datetime: toWireTime(inDays(401)),
    end_datetime: toWireTime(new Date(inDays(401).getTime() + 3_600_000)),
  })
  assert.equal(body.event.current_participants, 1)
  assert.equal((await book(full, waiter)).body.code, 'already_booked')
})

test('a naive time is UTC, whatever the zone of the event', async () => {
  const { events } = await aSeries({ timezone: 'Asia/Tokyo', recurrence: 'FREQ=DAILY;COUNT=1' })
  assert.equal(parseWireTime(events[0]?.start_datetime ?? '')?.toISOString(), '2031-03-20T06:00:00.000Z')
})
