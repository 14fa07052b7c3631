import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>
let other: Awaited<ReturnType<typeof anOrganiser>>
let attendee: Awaited<ReturnType<typeof aUser>>
let admin: Awaited<ReturnType<typeof aUser>>

before(async () => {
  booking = await startTestBooking()
  const { deps } = booking
  organiser = await anOrganiser(deps)
  other = await anOrganiser(deps)
  attendee = await aUser(deps)
  admin = await aUser(deps, { is_admin: true })
})
after(() => booking.close())

const hours = (count: number) => toWireTime(new Date(booking.clock.now().getTime() + count * 3_600_000))
const minimal = () => ({
  title: 'Morning Flow',
  event_type: 'session',
  start_datetime: hours(24),
  end_datetime: hours(25),
  max_participants: 12,
})
const create = (body: unknown, token: string | undefined = organiser.token) =>
  booking.request('POST', '/api/events/', { token, body })
const edit = (id: number | string, body: unknown, token: string | undefined = organiser.token) =>
  booking.request('PUT', `/api/events/${id}`, { token, body })
const read = async (id: number) =>
  (await booking.request('GET', `/api/events/${id}`, { token: organiser.token })).body.event
const book = (event_id: number, token: string) =>
  booking.request('POST', '/api/bookings/', { token, body: { event_id } })
const anOwnEvent = (overrides: Parameters<typeof anEvent>[1] = {}) =>
  anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, ...overrides })
const outcome = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code]
const log = async (subject_id: number) =>
  (
    await booking.request('GET', `/api/audit-log?subject=event&subject_id=${subject_id}`, {
      token: admin.token,
    })
  ).body.entries

test('a facilitator creates an event of their own, and everybody sees it at once', async () => {
  await booking.request('GET', `/api/events/?facilitator_id=${organiser.facilitator_id}`, {
    token: attendee.token,
  })
  const { status, body } = await create({
    title: '  Forest Bathing ',
    description: 'Slow steps under old trees',
    event_type: 'Retreat',
    start_datetime: '2030-06-01T09:00:00+02:00',
    end_datetime: '2030-06-03T15:00:00',
    location: 'Beech Lodge',
    virtual_link: 'https://meet.example.com/forest',
    max_participants: 8,
    price: 249.5,
    requirements: ' ',
    timezone: 'europe/berlin',
    cancellation_deadline_hours: 48,
  })
  assert.equal(status, 201, JSON.stringify(body))
  assert.equal(body.message, 'Event created successfully')
  const { id, created_at, ...event } = body.event
  assert.equal(created_at, toWireTime(booking.clock.now()))
  assert.deepEqual(event, {
    title: 'Forest Bathing',
    description: 'Slow steps under old trees',
    event_type: 'RETREAT',
    facilitator: {
      id: organiser.facilitator_id,
      name: 'Jane Smith',
      bio: 'Certified meditation instructor',
    },
    start_datetime: '2030-06-01T07:00:00',
    end_datetime: '2030-06-03T15:00:00',
    location: 'Beech Lodge',
    virtual_link: 'https://meet.example.com/forest',
    max_participants: 8,
    current_participants: 0,
    available_spots: 8,
    price: 249.5,
    status: 'ACTIVE',
    requirements: null,
    is_full: false,
    timezone: 'Europe/Berlin',
    cancellation_deadline_hours: 48,
    series_id: null,
    parent_event_id: null,
    is_online: true,
  })
  const list = await booking.request('GET', `/api/events/?facilitator_id=${organiser.facilitator_id}`, {
    token: attendee.token,
  })
  assert.deepEqual(
    list.body.events,
    [{ ...body.event, virtual_link: null }],
    'the link comes with the booking',
  )
  assert.equal((await book(id, attendee.token)).status, 201)
  const [entry] = await log(id)
  assert.deepEqual([entry.action, entry.actor_id], ['event.created', organiser.id])
})

test('what is left out has its default', async () => {
  const { body } = await create(minimal())
  const { price, timezone, cancellation_deadline_hours, description, virtual_link } = body.event
  assert.deepEqual(
    [price, timezone, cancellation_deadline_hours, description, virtual_link],
    [0, 'UTC', 0, null, null],
  )
})

test('only facilitators create, for themselves; admins for anybody', async () => {
  const forOrganiser = { ...minimal(), facilitator_id: organiser.facilitator_id }
  assert.equal((await create(forOrganiser)).status, 201)
  assert.deepEqual(outcome(await create(forOrganiser, other.token)), [403, 'not_the_organiser'])
  assert.deepEqual(outcome(await create(minimal(), attendee.token)), [403, 'facilitators_only'])
  assert.deepEqual(outcome(await create({}, attendee.token)), [403, 'facilitators_only'])
  assert.equal((await booking.request('POST', '/api/events/', { body: minimal() })).status, 401)

  const unreadable = await create({ ...minimal(), facilitator_id: 'me' })
  assert.deepEqual([unreadable.status, unreadable.body.details[0].field], [400, 'facilitator_id'])
  const byAdmin = await create(forOrganiser, admin.token)
  assert.deepEqual([byAdmin.status, byAdmin.body.event?.facilitator.id], [201, organiser.facilitator_id])
  const forNobody = await create(minimal(), admin.token)
  assert.deepEqual([forNobody.status, forNobody.body.details[0].field], [400, 'facilitator_id'])
  const unknown = await create({ ...minimal(), facilitator_id: 999_999 }, admin.token)
  assert.deepEqual(outcome(unknown), [404, 'facilitator_not_found'])
  const { id: facilitator_id } = await aFacilitator(booking.deps, { is_active: false })
  const retired = await create({ ...minimal(), facilitator_id }, admin.token)
  assert.deepEqual([retired.status, retired.body.details[0].field], [400, 'facilitator_id'])
})

test('a facilitator who no longer leads events creates and changes none', async () => {
  const user = await aUser(booking.deps)
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: user.id, is_active: false })
  const id = await anEvent(booking.deps, { facilitator_id })
  assert.equal((await create(minimal(), user.token)).status, 403)
  assert.equal((await edit(id, { price: 1 }, user.token)).status, 403)
})

const INVALID: [field: string, values: unknown[]][] = [
  ['title', ['', '   ', 'x'.repeat(201), null, 5, ['a']]],
  ['description', ['x'.repeat(5_001), 5]],
  ['event_type', ['', 'walk', null, 1]],
  ['start_datetime', ['', 'soon', '2030-02-30T07:00:00', null, 1_893_456_000]],
  ['end_datetime', ['', '2030-13-01T00:00:00', null, '9999-01-01T00:00:00']],
  ['location', ['x'.repeat(201), {}]],
  ['max_participants', [0, -1, 10_001, 1.5, '12', null]],
  ['price', [-0.01, 1.234, 100_000_000, '12', null, 1e-7]],
  ['requirements', ['x'.repeat(2_001), true]],
  ['timezone', ['', 'Mars/Olympus', '+02:00', 'Europe', null, 3]],
  ['cancellation_deadline_hours', [-1, 8_761, 1.5, '24', null]],
  [
    'virtual_link',
    // biome-ignore format: a list to look through
    ['javascript:alert(1)', 'ftp://example.com', 'example.com', '//example.com', 'https://', 'https://user:pass@example.com', 'https://user@example.com',
      'data:text/html,x', ' javascript:alert(1)//http://x', 'https://exa mple.com', 'https://a\\b', 'https://[', `https://example.com/${'x'.repeat(2_000)}`, 1,
      'http://localhost:8000/', 'http://127.1/', 'https://192.168.178.1/', 'http://[::1]/', 'https://zoom.us@evil.example', 'https://zoom.us/\u202etxt'],
  ],
]

test('every field that cannot be is named, with its rule', async () => {
  const id = await anOwnEvent()
  const before = await read(id)
  for (const [field, values] of INVALID) {
    for (const value of values) {
      for (const answer of [
        await create({ ...minimal(), [field]: value }),
        await edit(id, { [field]: value }),
      ]) {
        const { status, body } = answer
        assert.deepEqual([status, body.code], [400, 'validation_failed'], `${field} ${value}`)
        assert.deepEqual(
          body.details.map((fault: { field: string }) => fault.field),
          [field],
          `${field} ${value}`,
        )
        assert.match(body.error, new RegExp(`${field} (must|is required)`))
      }
    }
  }
  assert.deepEqual(await read(id), before)
})

test('all faults are reported at once', async () => {
  const { status, body } = await create({
    title: ' ',
    event_type: 'walk',
    start_datetime: hours(-1),
    end_datetime: hours(-2),
    virtual_link: 'ftp://x',
    price: 1.005,
    timezone: 'Mars/Olympus',
  })
  assert.equal(status, 400)
  assert.deepEqual(
    body.details.map((fault: { field: string }) => fault.field).sort(),
    // biome-ignore format: one line says it
    ['end_datetime', 'event_type', 'max_participants', 'price', 'start_datetime', 'timezone', 'title', 'virtual_link'],
  )
  for (const body of [undefined, '[]', '"text"', '{']) {
    assert.equal((await create(body)).status, 400)
    // Of an edit nothing is required, so it may be left out.
    assert.equal((await edit(await anOwnEvent(), body)).status, body === undefined ? 200 : 400)
  }
})

test('an event lasts at most 366 days, and begins in the future', async () => {
  const long = { ...minimal(), end_datetime: hours(24 + 366 * 24) }
  assert.equal((await create(long)).status, 201)
  for (const times of [
    { end_datetime: hours(25 + 366 * 24) },
    { end_datetime: hours(24) },
    { start_datetime: hours(0) },
    { start_datetime: '2020-01-01T07:00:00' },
  ]) {
    assert.equal((await create({ ...minimal(), ...times })).status, 400, JSON.stringify(times))
  }
})

test('editing changes what is given and nothing else', async () => {
  const id = await anOwnEvent({ description: 'Before', price: 25 })
  const before = await read(id)
  const { status, body } = await edit(id, {
    title: ' After ',
    description: null,
    price: 30.25,
    event_type: 'RETREAT',
  })
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.message, 'Event updated successfully')
  const after = { ...before, title: 'After', description: null, price: 30.25, event_type: 'RETREAT' }
  assert.deepEqual(body.event, after)
  assert.deepEqual(await read(id), after)
  const [entry] = await log(id)
  assert.deepEqual(entry.details, {
    changed: ['title', 'description', 'event_type', 'price'],
    event_type: { from: 'SESSION', to: 'RETREAT' },
    price: { from: 25, to: 30.25 },
  })
})

test('a form that sends everything back as it was changes nothing', async () => {
  const id = await anOwnEvent({ virtual_link: 'https://example.com/x' })
  const event = await read(id)
  const { status, body } = await edit(id, event)
  assert.deepEqual([status, body.event], [200, event])
  assert.equal((await edit(id, {})).status, 200)
  assert.deepEqual(await log(id), [])
})

test('a link is kept as a browser reads it, wherever it is sent', async () => {
  const asked = 'HTTPS://zооm.us:443/j/../j/1?a=ä'
  const kept = 'https://xn--zm-fmca.us/j/1?a=%C3%A4'
  const { id, virtual_link } = (await create({ ...minimal(), virtual_link: asked })).body.event
  assert.equal(virtual_link, kept)
  const series = await create({ ...minimal(), virtual_link: asked, recurrence: 'FREQ=DAILY;COUNT=2' })
  assert.deepEqual(
    series.body.events.map((event: { virtual_link: string }) => event.virtual_link),
    [kept, kept],
  )
  assert.equal((await edit(id, { virtual_link: 'https://Other.example' })).status, 200)
  assert.equal((await read(id)).virtual_link, 'https://other.example/')
})

test('a link from before the rules may stay, and only be replaced by one that keeps them', async () => {
  const id = await anOwnEvent({ virtual_link: 'http://192.168.1.2/cam' })
  const { status, body } = await edit(id, { ...(await read(id)), price: 7 })
  assert.deepEqual([status, body.event.price, body.event.virtual_link], [200, 7, 'http://192.168.1.2/cam'])
  assert.equal((await edit(id, { virtual_link: 'http://192.168.1.3/cam' })).status, 400)
  assert.equal((await edit(id, { virtual_link: null })).status, 200)
  assert.equal((await edit(id, { virtual_link: 'http://192.168.1.2/cam' })).status, 400)
})

test('revision rises with every change, sequence with changes that calendars show', async () => {
  const id = await anOwnEvent()
  const numbers = () =>
    booking.deps.db
      .selectFrom('events')
      .select(['revision', 'sequence'])
      .where('id', '=', id)
      .executeTakeFirst()
  await edit(id, { price: 1 })
  assert.deepEqual(await numbers(), { revision: 1, sequence: 0 })
  await edit(id, { title: 'New' })
  assert.deepEqual(await numbers(), { revision: 2, sequence: 1 })
  await booking.request('PUT', `/api/events/${id}/cancel`, { token: organiser.token })
  assert.deepEqual(await numbers(), { revision: 3, sequence: 2 })
})

test('only the facilitator whose event it is edits or cancels it, and admins', async () => {
  const id = await anOwnEvent()
  for (const token of [other.token, attendee.token]) {
    assert.deepEqual(outcome(await edit(id, { price: 1 }, token)), [403, 'not_the_organiser'])
    const cancelled = await booking.request('PUT', `/api/events/${id}/cancel`, { token })
    assert.deepEqual(outcome(cancelled), [403, 'not_the_organiser'])
  }
  assert.equal((await booking.request('PUT', `/api/events/${id}`, { body: {} })).status, 401)
  assert.equal((await booking.request('PUT', `/api/events/${id}/cancel`)).status, 401)
  assert.equal((await edit(id, { price: 1 }, admin.token)).status, 200)
  assert.equal((await booking.request('PUT', `/api/events/${id}/cancel`, { token: admin.token })).status, 200)
  for (const unknown of [999_999, 'abc', 0]) {
    assert.equal((await edit(unknown, {})).status, 404)
    assert.equal((await edit(unknown, { price: -1 })).status, 404)
    assert.equal(
      (await booking.request('PUT', `/api/events/${unknown}/cancel`, { token: organiser.token })).status,
      404,
    )
  }
})

test('there are never fewer seats than bookings', async () => {
  const id = await anOwnEvent({ max_participants: 3 })
  for (let i = 0; i < 2; i++) await book(id, (await aUser(booking.deps)).token)
  const { status, body } = await edit(id, { max_participants: 1 })
  assert.deepEqual([status, body.code], [409, 'capacity_below_bookings'])
  assert.match(body.error, /There are 2 bookings of event \d+ already/)
  assert.equal((await edit(id, { max_participants: 2 })).status, 200)
  const { is_full, available_spots } = await read(id)
  assert.deepEqual([is_full, available_spots], [true, 0])
  assert.deepEqual(outcome(await book(id, (await aUser(booking.deps)).token)), [409, 'event_full'])
  assert.equal((await edit(id, { max_participants: 3 })).status, 200)
  assert.equal((await book(id, (await aUser(booking.deps)).token)).status, 201)
})

test('what is over or cancelled stays as it was; what has begun can still be described', async () => {
  const cancelled = await anOwnEvent({ status: 'CANCELLED' })
  const completed = await anOwnEvent({ status: 'COMPLETED' })
  const start = new Date(booking.clock.now().getTime() - 600_000)
  const begun = await anOwnEvent({ start_datetime: start })
  assert.deepEqual(outcome(await edit(cancelled, { title: 'x' })), [400, 'event_cancelled'])
  assert.deepEqual(outcome(await edit(completed, { title: 'x' })), [400, 'event_completed'])
  for (const change of [
    { price: 1 },
    { max_participants: 99 },
    { start_datetime: hours(2), end_datetime: hours(3) },
  ]) {
    assert.deepEqual(outcome(await edit(begun, change)), [400, 'event_started'])
  }
  const form = { ...(await read(begun)), virtual_link: 'https://example.com/now', location: 'Room 2' }
  const { status, body } = await edit(begun, form)
  assert.deepEqual([status, body.event], [200, { ...form, is_online: true }])
})

test('a price has the decimals of the currency, and one from before may be sent back', async () => {
  const japan = await startTestBooking({ env: { CURRENCY: 'JPY' } })
  const { token, facilitator_id } = await anOrganiser(japan.deps)
  const { body } = await japan.request('POST', '/api/events/', {
    token,
    body: { ...minimal(), price: 1500.5 },
  })
  assert.deepEqual(body.details, [{ field: 'price', message: 'must be a whole number: JPY has no decimals' }])
  const id = await anEvent(japan.deps, { facilitator_id, price: 1500.5 })
  const put = (fields: object) => japan.request('PUT', `/api/events/${id}`, { token, body: fields })
  assert.equal((await put({ title: 'Tea', price: 1500.5 })).body.event.price, 1500.5)
  assert.equal((await put({ price: 99.5 })).status, 400)
  await japan.close()
  const kuwait = await startTestBooking({ env: { CURRENCY: 'KWD' } })
  const organiser = await anOrganiser(kuwait.deps)
  const created = await kuwait.request('POST', '/api/events/', {
    token: organiser.token,
    body: { ...minimal(), price: 1.255 },
  })
  assert.equal(created.body.event.price, 1.255)
  await kuwait.close()
})
