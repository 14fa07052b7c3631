import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

let booking: TestBooking
let token: string

before(async () => {
  booking = await startTestBooking()
  token = (await aUser(booking.deps)).token
})
after(() => booking.close())

const at = (hours: number) => new Date(booking.clock.now().getTime() + hours * 3_600_000)
const list = async (query: string) => {
  const { status, body } = await booking.request('GET', `/api/events/?${query}`, { token })
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

test('an event has every published field', async () => {
  const facilitator = await aFacilitator(booking.deps)
  const id = await anEvent(booking.deps, {
    facilitator_id: facilitator.id,
    start_datetime: new Date('2099-01-15T07:00:00Z'),
    end_datetime: new Date('2099-01-15T08:00:00Z'),
    price: 25.5,
  })
  const { status, body } = await booking.request('GET', `/api/events/${id}`, { token })
  assert.equal(status, 200)
  const { created_at, ...event } = body.event
  assert.match(created_at, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/)
  assert.deepEqual(event, {
    id,
    title: 'Morning Meditation Session',
    description: 'Start your day with mindfulness',
    event_type: 'SESSION',
    facilitator: { id: facilitator.id, name: 'Jane Smith', bio: 'Certified meditation instructor' },
    start_datetime: '2099-01-15T07:00:00',
    end_datetime: '2099-01-15T08:00:00',
    location: 'Wellness Center',
    virtual_link: null,
    max_participants: 20,
    current_participants: 0,
    available_spots: 20,
    price: 25.5,
    status: 'ACTIVE',
    requirements: 'Bring your own mat',
    is_full: false,
    timezone: 'UTC',
    cancellation_deadline_hours: 0,
    series_id: null,
    parent_event_id: null,
    is_online: false,
  })
})

test('the list shows what is not over, also what is on now, in order of start', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  const later = await anEvent(booking.deps, { facilitator_id, start_datetime: at(5) })
  const sooner = await anEvent(booking.deps, { facilitator_id, start_datetime: at(3) })
  const begun = await anEvent(booking.deps, { facilitator_id, start_datetime: at(-0.5), end_datetime: at(1) })
  // Over, and the worker has not completed it yet.
  const over = await anEvent(booking.deps, { facilitator_id, start_datetime: at(-2), end_datetime: at(0) })
  const cancelled = await anEvent(booking.deps, {
    facilitator_id,
    start_datetime: at(4),
    status: 'CANCELLED',
  })
  const ids = async (query: string) =>
    (await list(`facilitator_id=${facilitator_id}&${query}`)).events.map((event: { id: number }) => event.id)

  assert.deepEqual(await ids(''), [begun, sooner, later])
  assert.deepEqual(await ids('status=Active'), [begun, sooner, later])
  assert.deepEqual(await ids('status=cancelled'), [cancelled])
  assert.deepEqual(await ids('status=completed'), [])
  assert.deepEqual(await ids('status=all'), [over, begun, sooner, cancelled, later])
})

test('days bound the list: the first moment belongs to it, the last does not', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  const ids: number[] = []
  for (const hours of [30, 40, 50])
    ids.push(await anEvent(booking.deps, { facilitator_id, start_datetime: at(hours) }))
  const wire = (hours: number) => toWireTime(at(hours))
  const within = async (query: string) =>
    (await list(`facilitator_id=${facilitator_id}&${query}`)).events.map((event: { id: number }) => event.id)
  assert.deepEqual(await within(`from=${wire(40)}`), ids.slice(1))
  assert.deepEqual(await within(`to=${wire(50)}`), ids.slice(0, 2))
  assert.deepEqual(await within(`from=${wire(40)}&to=${wire(50)}`), [ids[1]])
  assert.deepEqual(await within(`from=${wire(50)}&to=${wire(40)}`), [])
  assert.equal((await list(`from=${wire(29)}&to=${wire(51)}`)).pagination.total >= 3, true)
})

test('type filters in any case', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  const retreat = await anEvent(booking.deps, { facilitator_id, event_type: 'RETREAT' })
  await anEvent(booking.deps, { facilitator_id })
  for (const type of ['retreat', 'RETREAT', 'Retreat']) {
    const { events } = await list(`facilitator_id=${facilitator_id}&type=${type}`)
    assert.deepEqual(
      events.map((event: { id: number }) => event.id),
      [retreat],
    )
  }
})

test('search finds who leads an event and where it is, also after they have changed', async () => {
  const teacher = await aFacilitator(booking.deps, { first_name: 'Siobhán', last_name: 'Quillfeather' })
  const id = await anEvent(booking.deps, { facilitator_id: teacher.id, location: 'Kupferhalle Nord' })
  const find = async (text: string) =>
    (await list(`search=${encodeURIComponent(text)}`)).events.map((each: { id: number }) => each.id)
  for (const text of ['siobhan', 'quillfeather siobhan', 'kupferhalle', 'nord quillf'])
    assert.deepEqual(await find(text), [id], text)
  await booking.deps.db
    .updateTable('facilitators')
    .set({ last_name: 'Dovecote' })
    .where('id', '=', teacher.id)
    .execute()
  await booking.deps.db.updateTable('events').set({ location: 'Zinnsaal' }).where('id', '=', id).execute()
  assert.deepEqual(await find('dovecote zinnsaal'), [id])
  assert.deepEqual([await find('quillfeather'), await find('kupferhalle dovecote')], [[], []])
})

test('search finds text in title or description, ignoring case, with % and _ taken literally', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  const percent = await anEvent(booking.deps, {
    facilitator_id,
    title: 'Give 100% to rest',
    description: null,
  })
  const underscore = await anEvent(booking.deps, { facilitator_id, title: 'Plain', description: 'a_b and É' })
  const find = async (text: string) =>
    (await list(`facilitator_id=${facilitator_id}&search=${encodeURIComponent(text)}`)).events.map(
      (event: { id: number }) => event.id,
    )
  assert.deepEqual(await find('100% TO'), [percent])
  assert.deepEqual(await find('%'), [percent])
  assert.deepEqual(await find('a_b'), [underscore])
  assert.deepEqual(await find('axb'), [])
  assert.deepEqual(await find('é'), [underscore])
  assert.deepEqual(await find('\\'), [])
})

test('pages add up, and one past the end is empty', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  for (let i = 0; i < 5; i++) await anEvent(booking.deps, { facilitator_id })
  const second = await list(`facilitator_id=${facilitator_id}&page=2&per_page=2`)
  assert.equal(second.events.length, 2)
  assert.deepEqual(second.pagination, {
    page: 2,
    pages: 3,
    per_page: 2,
    total: 5,
    has_next: true,
    has_prev: true,
  })
  const past = await list(`facilitator_id=${facilitator_id}&page=9&per_page=2`)
  assert.deepEqual(past.events, [])
  assert.equal(past.pagination.has_next, false)
  const clamped = await list(`facilitator_id=${facilitator_id}&per_page=100000`)
  assert.equal(clamped.pagination.per_page, 100)
})

test('bad queries say which field and what it must be', async () => {
  const bad = {
    'page=0': 'page',
    'page=abc': 'page',
    'page=1.5': 'page',
    'page=1e3': 'page',
    'page=+1': 'page',
    'page=1e20': 'page',
    'per_page=-1': 'per_page',
    'type=concert': 'type',
    'status=gone': 'status',
    'online=maybe': 'online',
    'facilitator_id=x': 'facilitator_id',
    'search=%00': 'search',
    'from=soon': 'from',
    'to=2026-02-30T00:00:00': 'to',
  }
  for (const [query, field] of Object.entries(bad)) {
    const { status, body } = await booking.request('GET', `/api/events/?${query}`, { token })
    assert.equal(status, 400, query)
    assert.equal(body.code, 'validation_failed', query)
    assert.equal(body.details[0].field, field, query)
    assert.ok(body.error.includes(field), body.error)
  }
})

test('ids that are unknown or no ids at all are 404', async () => {
  for (const id of ['999999', '0', '-1', '2147483648', '1e20', 'abc', '1%20or%201=1', '%00']) {
    const { status, body } = await booking.request('GET', `/api/events/${id}`, { token })
    assert.equal(status, 404, id)
    assert.equal(typeof body.error, 'string')
  }
})

test('nothing is shown to somebody who is not logged in', async () => {
  for (const url of ['/api/events/', '/api/events/1', '/api/events/types', '/api/events/?page=abc']) {
    const { status, body, headers } = await booking.request('GET', url)
    assert.equal(status, 401, url)
    assert.equal(body.code, 'invalid_token')
    assert.equal(headers['www-authenticate'], 'Bearer')
  }
})

test('the types are those of the contract', async () => {
  const { body } = await booking.request('GET', '/api/events/types', { token })
  assert.deepEqual(body, {
    event_types: [
      { key: 'SESSION', value: 1 },
      { key: 'RETREAT', value: 2 },
    ],
  })
})

test('every path answers with and without a trailing slash', async () => {
  for (const url of [
    '/api/events',
    '/api/events/',
    '/api/events/types/',
    '/api/facilitators',
    '/api/bookings',
  ]) {
    assert.equal((await booking.request('GET', url, { token })).status, 200, url)
  }
})
