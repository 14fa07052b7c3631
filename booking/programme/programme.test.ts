import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'

let booking: TestBooking
let facilitator_id: number
let token: string
const ids: number[] = []

before(async () => {
  booking = await startTestBooking()
  facilitator_id = (await aFacilitator(booking.deps, { first_name: 'Zoë', last_name: 'Ström' })).id
  token = (await aUser(booking.deps)).token
  for (let i = 0; i < 8; i++)
    ids.push(await anEvent(booking.deps, { virtual_link: 'https://meet.example.com/secret' }))
})
after(() => booking.close())

type Listed = { events: { id: number }[] }
const read = (url: string, headers = {}) => booking.request('GET', url, { headers })
const idsOf = ({ events }: Listed) => events.map(({ id }) => id)

test('without parameters the programme is the next six events, without the online link', async () => {
  await anEvent(booking.deps, { status: 'CANCELLED' })
  const { status, body } = await read('/api/programme')
  assert.equal(status, 200)
  assert.deepEqual(idsOf(body), ids.slice(0, 6))
  assert.deepEqual(body.pagination, {
    page: 1,
    pages: 2,
    per_page: 6,
    total: 8,
    has_next: true,
    has_prev: false,
  })
  assert.equal(body.events[0].facilitator.name, 'Jane Smith')
  assert.equal(JSON.stringify(body).includes('meet.example.com'), false)
  assert.equal('virtual_link' in body.events[0], false)
  assert.equal(body.events[0].is_online, true)
})

test('an event is the one that people with an account read, without its link and the reason of a cancellation', async () => {
  const reason = 'Our host has broken a leg'
  const id = await anEvent(booking.deps, { facilitator_id, status: 'CANCELLED', cancellation_reason: reason })
  const inside = (await booking.request('GET', `/api/events/${id}`, { token })).body.event
  const { status, body } = await read(`/api/programme/${id}`)
  assert.equal(status, 200)
  assert.deepEqual({ ...body.event, virtual_link: null, cancellation_reason: reason }, inside)
  for (const unknown of ['999999', 'x', '0', '99999999999'])
    assert.equal((await read(`/api/programme/${unknown}`)).status, 404, unknown)
})

test('it has pages, filters and a search', async () => {
  const retreat = await anEvent(booking.deps, {
    facilitator_id,
    event_type: 'RETREAT',
    title: 'Silence by the sea',
  })
  const { start_datetime } = (await read(`/api/programme/${retreat}`)).body.event
  const found = async (query: string) => idsOf((await read(`/api/programme?${query}`)).body)
  assert.deepEqual(await found('page=2&per_page=3'), ids.slice(3, 6))
  assert.deepEqual(await found('type=retreat'), [retreat])
  assert.deepEqual(await found(`facilitator_id=${facilitator_id}`), [retreat])
  assert.deepEqual(await found('search=zoe%20sea'), [retreat])
  assert.deepEqual(await found(`from=${start_datetime}`), [retreat])
  assert.deepEqual(await found(`to=${start_datetime}&per_page=100`), ids)
  for (const wrong of [
    'page=0',
    'per_page=x',
    'type=party',
    'online=perhaps',
    'from=soon',
    'to=2026-99-01',
    `search=${'x'.repeat(201)}`,
  ])
    assert.equal((await read(`/api/programme?${wrong}`)).status, 400, wrong)
  const offline = await anEvent(booking.deps, { virtual_link: null })
  assert.deepEqual((await found('online=true&per_page=100')).includes(offline), false)
  assert.deepEqual(await found(`online=true&facilitator_id=${facilitator_id}`), [])
  assert.equal((await read('/api/programme?online=true&per_page=1')).body.pagination.total, ids.length)
})

test('the seats are those of this moment', async () => {
  const id = await anEvent(booking.deps)
  const seats = async () => (await read(`/api/programme/${id}`)).body.event.available_spots
  assert.equal(await seats(), 20)
  await booking.request('POST', '/api/bookings/', { token, body: { event_id: id } })
  assert.equal(await seats(), 19)
})

test('it lists who leads events, and nobody who no longer does', async () => {
  const former = await aFacilitator(booking.deps, { is_active: false })
  booking.clock.advance(2)
  const { body } = await read('/api/programme/facilitators?per_page=100')
  const inside = (await booking.request('GET', '/api/facilitators/?per_page=100', { token })).body
  assert.deepEqual(body, inside)
  const one = await read(`/api/programme/facilitators/${facilitator_id}`)
  assert.equal(one.body.facilitator.name, 'Zoë Ström')
  for (const unknown of [former.id, '999999', 'x'])
    assert.equal((await read(`/api/programme/facilitators/${unknown}`)).status, 404)
  assert.equal((await read('/api/programme/facilitators?page=0')).status, 400)
})

test('shared caches may keep it for some seconds, and what is unchanged is not sent again', async () => {
  for (const url of ['/api/programme', `/api/programme/${ids[0]}`, '/api/programme/facilitators']) {
    const { headers } = await read(url)
    assert.equal(headers['cache-control'], 'public, max-age=5, stale-while-revalidate=30', url)
    const again = await read(url, { 'if-none-match': headers.etag })
    assert.deepEqual([again.status, again.body], [304, ''], url)
  }
})

test('one address reads and searches so much in a minute', async (t) => {
  const env = { AUTH_RATE_LIMIT: 'on', PUBLIC_READS_PER_MINUTE: '5', SEARCHES_PER_MINUTE: '2' }
  const limited = await startTestBooking({ env })
  t.after(() => limited.close())
  const statusOf = async (url: string) => (await limited.request('GET', url)).status
  for (const status of [200, 200, 429]) assert.equal(await statusOf('/api/programme?search=yoga'), status)
  for (const status of [404, 404, 429]) assert.equal(await statusOf('/api/programme/1'), status)
  assert.equal(await statusOf('/api/programme/facilitators'), 429)
  limited.clock.advance(60)
  const { status, headers } = await limited.request('GET', '/api/programme')
  assert.equal(status, 200, String(headers))
})
