import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>
let other: Awaited<ReturnType<typeof anOrganiser>>
let admin: Awaited<ReturnType<typeof aUser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
  other = await anOrganiser(booking.deps)
  admin = await aUser(booking.deps, { is_admin: true })
})
after(() => booking.close())

const HOUR_MS = 3_600_000
/** Weeks of their own, so that no test meets the events of another. */
let weeks = 10
const later = (at: Date, hours: number) => new Date(at.getTime() + hours * HOUR_MS)
const own = (overrides: Parameters<typeof anEvent>[1]) =>
  anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, ...overrides })

/** A retreat of three days with two sessions on its second day, an hour apart, and a class elsewhere at that time. */
async function aRetreat(seats = 20) {
  const start = later(booking.clock.now(), weeks++ * 7 * 24)
  const retreat = await own({
    event_type: 'RETREAT',
    start_datetime: start,
    end_datetime: later(start, 72),
    max_participants: seats,
  })
  const part = (hours: number) =>
    own({ start_datetime: later(start, hours), parent_event_id: retreat, max_participants: seats })
  return {
    start,
    retreat,
    massage: await part(30),
    sauna: await part(32),
    elsewhere: await anEvent(booking.deps, { start_datetime: later(start, 30) }),
    part,
  }
}

const create = (body: object, token = organiser.token) =>
  booking.request('POST', '/api/events/', {
    token,
    body: { title: 'Massage', event_type: 'session', max_participants: 5, ...body },
  })
const edit = (id: number, body: object, { token = organiser.token, scope = 'this' } = {}) =>
  booking.request('PUT', `/api/events/${id}?scope=${scope}`, { token, body })
const cancel = (id: number, body: object = {}, scope = 'this') =>
  booking.request('PUT', `/api/events/${id}/cancel?scope=${scope}`, { token: organiser.token, body })
const read = async (id: number) =>
  (await booking.request('GET', `/api/events/${id}`, { token: organiser.token })).body.event
const book = (event_id: number, { token }: { token: string }) =>
  booking.request('POST', '/api/bookings/', { token, body: { event_id } })
const cancelBooking = (id: number, { token }: { token: string }) =>
  booking.request('PUT', `/api/bookings/${id}/cancel`, { token })
const join = (id: number, { token }: { token: string }) =>
  booking.request('POST', `/api/events/${id}/waitlist`, { token, body: {} })
const aPerson = () => aUser(booking.deps)
type Answer = { status: number; body: { code?: string; details?: { field: string; message: string }[] } }
const outcome = ({ status, body }: Answer) => [status, body.code]
const fault = ({ status, body }: Answer) => [
  status,
  body.details?.map(({ field, message }) => `${field} ${message}`),
]
const times = (at: Date, hours = 1) => ({
  start_datetime: toWireTime(at),
  end_datetime: toWireTime(later(at, hours)),
})

/** The events of a person's active bookings, with the mark of a clash. */
async function bookingsOf({ token }: { token: string }) {
  const { body } = await booking.request('GET', '/api/bookings/?status=confirmed', { token })
  return Object.fromEntries(
    body.bookings.map((each: { event: { id: number }; has_clash?: true }) => [
      each.event.id,
      each.has_clash ?? false,
    ]),
  )
}

test('who is booked on a retreat books its sessions, and the other way round', async () => {
  const { retreat, massage, sauna } = await aRetreat()
  for (const order of [
    [retreat, massage, sauna],
    [sauna, massage, retreat],
  ]) {
    const person = await aPerson()
    for (const id of order) assert.equal((await book(id, person)).status, 201)
    assert.deepEqual(await bookingsOf(person), { [retreat]: false, [massage]: false, [sauna]: false })
    for (const id of order) assert.deepEqual(outcome(await book(id, person)), [409, 'already_booked'])
  }
})

test('a retreat and its sessions are booked at the same moment', async () => {
  const { retreat, massage, sauna } = await aRetreat()
  const person = await aPerson()
  const answers = await Promise.all([massage, retreat, sauna].map((id) => book(id, person)))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 201, 201],
  )
})

test('sessions of one retreat that overlap still clash, and so does everything else', async () => {
  const { start, retreat, massage, elsewhere, part } = await aRetreat()
  const yoga = await part(30.5)
  const [atRetreat, atMassage, away] = [await aPerson(), await aPerson(), await aPerson()]
  await book(retreat, atRetreat)
  await book(massage, atRetreat)
  for (const id of [yoga, elsewhere])
    assert.deepEqual(outcome(await book(id, atRetreat)), [409, 'overlapping_booking'])
  await book(massage, atMassage)
  for (const id of [yoga, elsewhere])
    assert.deepEqual(outcome(await book(id, atMassage)), [409, 'overlapping_booking'])
  await book(elsewhere, away)
  for (const id of [retreat, massage, yoga])
    assert.deepEqual(outcome(await book(id, away)), [409, 'overlapping_booking'])
  const another = await own({ start_datetime: start, end_datetime: later(start, 48) })
  assert.deepEqual(outcome(await book(another, atRetreat)), [409, 'overlapping_booking'])
})

test('of sessions that overlap, one is booked when both are asked for at the same moment', async () => {
  const { retreat, massage, part } = await aRetreat()
  const yoga = await part(30.5)
  const person = await aPerson()
  await book(retreat, person)
  const answers = await Promise.all([massage, yoga].map((id) => book(id, person)))
  assert.deepEqual(answers.map(outcome).sort(), [
    [201, undefined],
    [409, 'overlapping_booking'],
  ])
})

test('the database itself refuses what clashes, and nothing else', async () => {
  const { retreat, massage, elsewhere, part } = await aRetreat()
  const yoga = await part(30.5)
  const { id: user_id } = await aPerson()
  const insert = (event_id: number) =>
    sql`
      insert into bookings (user_id, event_id, parent_event_id, during)
      select ${user_id}, id, parent_event_id, tstzrange(start_datetime, end_datetime) from events where id = ${event_id}`.execute(
      booking.deps.db,
    )
  await insert(retreat)
  await insert(massage)
  await assert.rejects(insert(yoga), /bookings_no_overlap_of_sessions/)
  await assert.rejects(insert(elsewhere), /bookings_no_overlap"/)
})

test('who is at the retreat waits for a session and is promoted; who is elsewhere is skipped', async () => {
  const { retreat, massage, elsewhere } = await aRetreat(1)
  const [guest, holder, away] = [await aPerson(), await aPerson(), await aPerson()]
  const held = (await book(massage, holder)).body.booking.id
  assert.equal((await join(massage, away)).status, 201)
  await book(elsewhere, away)
  await book(retreat, guest)
  assert.equal((await join(massage, guest)).status, 201)
  await cancelBooking(held, holder)
  assert.deepEqual(await bookingsOf(guest), { [retreat]: false, [massage]: false })
  assert.deepEqual(await bookingsOf(away), { [elsewhere]: false })
  assert.deepEqual(outcome(await join(massage, away)), [409, 'already_waiting'])
})

test('who is in a session is promoted to its retreat', async () => {
  const { retreat, massage } = await aRetreat(1)
  const [guest, holder] = [await aPerson(), await aPerson()]
  const held = (await book(retreat, holder)).body.booking.id
  await book(massage, guest)
  assert.equal((await join(retreat, guest)).status, 201)
  await cancelBooking(held, holder)
  assert.deepEqual(await bookingsOf(guest), { [retreat]: false, [massage]: false })
})

test('a session that moves within its retreat clashes with other sessions only', async () => {
  const { start, retreat, massage, sauna } = await aRetreat()
  const person = await aPerson()
  for (const id of [retreat, massage, sauna]) await book(id, person)
  assert.equal((await edit(massage, times(later(start, 20)))).body.clashes, 0)
  assert.equal((await edit(massage, times(later(start, 32.5)))).body.clashes, 1)
  assert.deepEqual(await bookingsOf(person), { [retreat]: false, [massage]: true, [sauna]: false })
  assert.equal((await edit(retreat, times(later(start, 1), 72))).body.clashes, 0)
  assert.equal((await edit(sauna, times(later(start, 40)))).body.clashes, 0)
  assert.deepEqual(await bookingsOf(person), { [retreat]: false, [massage]: false, [sauna]: false })
})

test('an event that becomes part of another ends clashes, and one that leaves it marks them', async () => {
  const { start, retreat } = await aRetreat()
  const walk = await own({ start_datetime: later(start, 100) })
  const person = await aPerson()
  await book(retreat, person)
  await book(walk, person)
  assert.equal((await edit(walk, times(later(start, 10)))).body.clashes, 1)
  const joined = await edit(walk, { parent_event_id: retreat })
  assert.deepEqual([joined.status, joined.body.clashes, joined.body.event.parent_event_id], [200, 0, retreat])
  assert.deepEqual(await bookingsOf(person), { [retreat]: false, [walk]: false })
  assert.equal((await read(walk)).parent_event_id, retreat)
  const left = await edit(walk, { parent_event_id: null })
  assert.deepEqual([left.body.clashes, left.body.event.parent_event_id], [1, null])
  assert.deepEqual(await bookingsOf(person), { [retreat]: false, [walk]: true })
  const { body } = await booking.request('GET', `/api/audit-log?subject=event&subject_id=${walk}`, {
    token: admin.token,
  })
  assert.deepEqual(
    body.entries.slice(0, 2).map(({ details }: { details: object }) => details),
    [
      { changed: ['parent_event_id'], parent_event_id: { from: retreat, to: null } },
      { changed: ['parent_event_id'], parent_event_id: { from: null, to: retreat } },
    ],
  )
})

test('an event is created as part of another, also outside of its time, and listed with it', async () => {
  const { start, retreat, massage, sauna } = await aRetreat()
  const arrival = await create({ parent_event_id: retreat, ...times(later(start, -5)) })
  assert.equal(arrival.status, 201, JSON.stringify(arrival.body))
  const series = await create({
    parent_event_id: retreat,
    ...times(later(start, 6)),
    recurrence: 'FREQ=DAILY;COUNT=3',
  })
  assert.equal(series.status, 201)
  const list = async (query: string) => {
    const { status, body } = await booking.request('GET', `/api/events/?parent_event_id=${query}`, {
      token: (await aPerson()).token,
    })
    assert.equal(status, 200)
    return [body.events.map(({ id }: { id: number }) => id), body.pagination.total]
  }
  const [first, second, third] = series.body.events.map(({ id }: { id: number }) => id)
  // At hours -5, 6, 30, 30, 32 and 54; of two at the same time the older first.
  const inOrder = [arrival.body.event.id, first, massage, second, sauna, third]
  assert.deepEqual(await list(`${retreat}`), [inOrder, 6])
  assert.deepEqual(await list(`${retreat}&per_page=2&page=2`), [inOrder.slice(2, 4), 6])
  await cancel(sauna)
  assert.deepEqual(await list(`${retreat}&search=massage&status=all`), [
    inOrder.filter((id) => ![massage, sauna].includes(id)),
    4,
  ])
  assert.deepEqual((await list(`${retreat}`))[1], 5)
  assert.deepEqual((await list(`${massage}`))[1], 0)
  assert.equal(
    (await booking.request('GET', '/api/events/?parent_event_id=x', { token: organiser.token })).status,
    400,
  )
})

test('the public programme says what an event is part of', async () => {
  const start = later(booking.clock.now(), 1)
  const retreat = await own({ start_datetime: start, end_datetime: later(start, 5) })
  const part = await own({ start_datetime: later(start, 1), parent_event_id: retreat })
  const { body } = await booking.request('GET', '/api/programme')
  const parents = body.events.map((each: { id: number; parent_event_id: number | null }) => [
    each.id,
    each.parent_event_id,
  ])
  assert.deepEqual(parents.slice(0, 2), [
    [retreat, null],
    [part, retreat],
  ])
})

test('an event is part of one other at most, of one level, and of one that takes place', async () => {
  const { start, retreat, massage } = await aRetreat()
  const foreign = await anEvent(booking.deps, {
    facilitator_id: other.facilitator_id,
    start_datetime: start,
  })
  const cancelled = await own({ start_datetime: start, status: 'CANCELLED' })
  const over = await own({ start_datetime: later(booking.clock.now(), -3) })
  const single = await own({ start_datetime: start })
  const at = times(later(start, 5))
  const cases: [unknown, string][] = [
    [2 ** 31 - 1, 'must be the id of an event'],
    [foreign, 'must be an event of the same facilitator'],
    [cancelled, 'must be an event that is not cancelled or over'],
    [over, 'must be an event that is not cancelled or over'],
    [massage, 'must not be part of another event itself'],
    ['1', 'must be integer or null'],
    [0, 'must be >= 1'],
    [1.5, 'must be integer or null'],
  ]
  for (const [parent_event_id, message] of cases) {
    const expected = [400, [`parent_event_id ${message}`]]
    assert.deepEqual(fault(await create({ ...at, parent_event_id })), expected)
    assert.deepEqual(fault(await edit(single, { parent_event_id })), expected)
  }
  assert.deepEqual(fault(await edit(single, { parent_event_id: single })), [
    400,
    ['parent_event_id must be another event'],
  ])
  assert.deepEqual(fault(await edit(retreat, { parent_event_id: single })), [
    400,
    ['parent_event_id must be left out: other events are part of this one'],
  ])
  const several = await create({ ...at, parent_event_id: massage, max_participants: 0, price: -1 })
  assert.deepEqual(several.body.details.map(({ field }: { field: string }) => field).sort(), [
    'max_participants',
    'parent_event_id',
    'price',
  ])
  assert.equal((await read(single)).parent_event_id, null)
})

test('only who organises an event decides what it is part of, and an admin decides across facilitators', async () => {
  const { start, retreat, massage } = await aRetreat()
  const foreign = await anEvent(booking.deps, {
    facilitator_id: other.facilitator_id,
    start_datetime: later(start, 50),
  })
  const body = { parent_event_id: retreat }
  assert.equal((await booking.request('PUT', `/api/events/${foreign}`, { body })).status, 401)
  assert.equal((await edit(foreign, body)).status, 403)
  assert.equal((await edit(massage, { parent_event_id: null }, { token: other.token })).status, 403)
  assert.equal((await edit(foreign, body, { token: other.token })).status, 400)
  assert.equal((await edit(foreign, body, { token: admin.token })).status, 200)
  const sentBack = await edit(foreign, { ...body, title: 'Breath' }, { token: other.token })
  assert.deepEqual([sentBack.status, sentBack.body.event.title], [200, 'Breath'])
  const created = await create(
    { ...body, ...times(later(start, 60)), facilitator_id: other.facilitator_id },
    admin.token,
  )
  assert.equal(created.body.event.parent_event_id, retreat)
})

test('two events cannot become part of each other at the same moment, and no chain comes about', async () => {
  for (let round = 0; round < 5; round++) {
    const start = later(booking.clock.now(), weeks++ * 7 * 24)
    const [a, b, c] = [
      await own({ start_datetime: start }),
      await own({ start_datetime: start }),
      await own({ start_datetime: start }),
    ]
    const answers = await Promise.all([
      edit(a, { parent_event_id: b }),
      edit(b, { parent_event_id: c }),
      edit(c, { parent_event_id: a }),
      create({ ...times(start), parent_event_id: a }),
    ])
    for (const { status } of answers) assert.ok([200, 201, 400].includes(status))
    const { rows } = await sql`
      select part.id from events part join events parent on parent.id = part.parent_event_id
      where parent.parent_event_id is not null`.execute(booking.deps.db)
    assert.deepEqual(rows, [])
  }
})

test('events of a series become part of another together, but never of one among them', async () => {
  const { start, retreat } = await aRetreat()
  const { body } = await create({ ...times(later(start, 1)), recurrence: 'FREQ=DAILY;COUNT=3' })
  const ids: number[] = body.events.map(({ id }: { id: number }) => id)
  const [first = 0, second = 0] = ids
  const all = { scope: 'all' }
  const linked = await edit(second, { parent_event_id: retreat }, all)
  assert.deepEqual(
    linked.body.events.map(({ parent_event_id }: { parent_event_id: number }) => parent_event_id),
    [retreat, retreat, retreat],
  )
  assert.deepEqual(
    (await edit(first, { title: 'Early', parent_event_id: retreat }, all)).body.events.length,
    3,
  )
  assert.equal((await edit(first, times(later(start, 2)), all)).body.clashes, 0)
  await edit(first, { parent_event_id: null }, all)
  assert.deepEqual(fault(await edit(first, { parent_event_id: second }, all)), [
    400,
    ['parent_event_id must be another event'],
  ])
  assert.equal((await edit(first, { parent_event_id: second })).status, 200)
  assert.deepEqual(fault(await edit(first, { parent_event_id: retreat }, all)), [
    400,
    ['parent_event_id must be left out: other events are part of this one'],
  ])
})

test('a retreat is cancelled without its sessions, or on request with those that have not begun', async () => {
  const { retreat, massage, sauna } = await aRetreat()
  const guest = await aPerson()
  for (const id of [retreat, massage, sauna]) await book(id, guest)
  const alone = await cancel(retreat)
  assert.deepEqual([alone.body.cancelled_bookings, 'cancelled_parts' in alone.body], [1, false])
  assert.deepEqual(await bookingsOf(guest), { [massage]: false, [sauna]: false })
  const { status, parent_event_id } = await read(massage)
  assert.deepEqual([status, parent_event_id], ['ACTIVE', retreat])
  assert.equal((await edit(massage, { title: 'Massage, on its own' })).status, 200)

  const second = await aRetreat()
  for (const id of [second.retreat, second.massage]) await book(id, guest)
  await cancel(second.sauna)
  await own({ start_datetime: later(booking.clock.now(), -0.5), parent_event_id: second.retreat })
  const together = await cancel(second.retreat, { with_parts: true, reason: 'Storm' })
  assert.equal(together.status, 200, JSON.stringify(together.body))
  assert.deepEqual(
    [together.body.event.id, together.body.cancelled_bookings, together.body.cancelled_parts],
    [second.retreat, 2, 1],
  )
  const part = await read(second.massage)
  assert.deepEqual([part.status, part.cancellation_reason], ['CANCELLED', 'Storm'])
  assert.equal((await cancel(second.elsewhere, { with_parts: true })).status, 403)
  assert.equal((await cancel(second.retreat, { with_parts: 'yes' })).status, 400)
})

test('with a series of retreats the sessions of each are cancelled', async () => {
  const start = later(booking.clock.now(), weeks * 7 * 24)
  weeks += 3
  const { body } = await create({ ...times(start, 48), recurrence: 'FREQ=WEEKLY;COUNT=3' })
  const retreats: number[] = body.events.map(({ id }: { id: number }) => id)
  const parts: number[] = []
  for (const [n, parent_event_id] of retreats.entries())
    parts.push(await own({ start_datetime: later(start, n * 168 + 5), parent_event_id }))
  const cancelled = await cancel(retreats[1] ?? 0, { with_parts: true }, 'following')
  assert.deepEqual(
    [cancelled.body.events.map(({ id }: { id: number }) => id), cancelled.body.cancelled_parts],
    [retreats.slice(1), 2],
  )
  const statuses = await Promise.all(parts.map(async (id) => (await read(id)).status))
  assert.deepEqual(statuses, ['ACTIVE', 'CANCELLED', 'CANCELLED'])
})
