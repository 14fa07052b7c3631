import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { TestBooking } from '#harness/apps/test-booking.ts'
import { TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { startTestPair } from '#harness/apps/test-pair.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'

/** People who have one name only, from registration to the CRM: they are called by it, with no blank after it. */

let pair: Awaited<ReturnType<typeof startTestPair>>
let booking: TestBooking
let crm: TestCrm

before(async () => {
  pair = await startTestPair()
  ;({ booking, crm } = pair)
})
after(() => pair.close())

const registered = (names: object) =>
  booking.request('POST', '/api/auth/register', {
    body: { email: `${randomUUID()}@example.com`, password: 'securepassword123', ...names },
  })
const askCrm = (path: string) => crm.request('GET', path, { token: TEST_CRM_TOKEN })
const oneName = (first_name: string) => aUser(booking.deps, { first_name, last_name: '' })

test('a registration may leave the last name empty, not out', async () => {
  for (const last_name of ['', ' ']) {
    const { status, body } = await registered({ first_name: 'Prince', last_name })
    assert.deepEqual([status, body.user.first_name, body.user.last_name], [201, 'Prince', ''])
  }
  const left = await registered({ first_name: 'Prince' })
  assert.deepEqual([left.status, left.body.details], [400, [{ field: 'last_name', message: 'is required' }]])
  const unseen = await registered({ first_name: 'Prince', last_name: '\u200f' })
  assert.deepEqual([unseen.status, unseen.body.details[0].field], [400, 'last_name'])
  const nobody = await registered({ first_name: '', last_name: 'Prince' })
  assert.deepEqual([nobody.status, nobody.body.details[0].field], [400, 'first_name'])
})

test('a profile can be saved without one, and a last name can be taken away', async () => {
  const { token } = await aUser(booking.deps, { first_name: 'Prince', last_name: 'Nelson' })
  const save = (body: object) => booking.request('PUT', '/api/auth/profile', { token, body })
  assert.equal((await save({ last_name: '' })).body.user.last_name, '')
  const saved = await save({ first_name: 'Prince', last_name: '', phone: '+1 23' })
  assert.deepEqual([saved.status, saved.body.user.last_name], [200, ''])
  assert.equal((await save({ last_name: null })).status, 400)
})

test('an admin adds a facilitator with one name, who is called by it wherever events are', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const added = await booking.request('POST', '/api/facilitators/', {
    token,
    body: {
      email: `${randomUUID()}@example.com`,
      password: 'securepassword123',
      first_name: 'Sadhguru',
      last_name: '',
    },
  })
  const { id, name, last_name } = added.body.facilitator
  assert.deepEqual([added.status, name, last_name], [201, 'Sadhguru', ''])
  const event_id = await anEvent(booking.deps, { facilitator_id: id, title: 'Inner engineering' })
  const get = (path: string) => booking.request('GET', path, { token })
  const lists = [
    '/api/events/?per_page=100',
    '/api/events/?search=inner%20engineering',
    `/api/facilitators/${id}/events`,
    '/api/programme',
  ]
  for (const path of lists) {
    const { events } = (await get(path)).body
    const event = events.find((each: { id: number }) => each.id === event_id)
    assert.equal(event?.facilitator.name, 'Sadhguru', path)
  }
  assert.equal((await get(`/api/events/${event_id}`)).body.event.facilitator.name, 'Sadhguru')
  assert.match((await get(`/api/events/${event_id}/calendar.ics`)).body, /Sadhguru(?! )/)
  assert.deepEqual(
    (await get('/api/events/?search=sadhguru')).body.events.map((event: { id: number }) => event.id),
    [event_id],
  )
})

test('who books is called so in the CRM, its files and the log, and has a place of their own in the roster', async () => {
  const leader = await oneName('Teal')
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: leader.id })
  const event_id = await anEvent(booking.deps, { facilitator_id })
  const people = [
    await aUser(booking.deps, { first_name: 'Zoe', last_name: 'Quist' }),
    await aUser(booking.deps, { first_name: 'Ann', last_name: 'Okafor' }),
    await oneName('Prince'),
  ]
  const ids: number[] = []
  for (const { token } of people) {
    const { body } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
    assert.equal(body.crm_notified, true)
    ids.push(body.booking.id)
  }
  const last = ids.at(-1)

  const ask = (path: string, method: 'GET' | 'PUT' = 'GET', body?: object) =>
    booking.request(method, path, { token: leader.token, ...(body && { body }) })
  const roster = await ask(`/api/events/${event_id}/bookings`)
  assert.deepEqual(
    roster.body.bookings.map(({ user }: { user: { first_name: string } }) => user.first_name),
    ['Ann', 'Prince', 'Zoe'],
  )
  const csv = await ask(`/api/events/${event_id}/bookings?format=csv`)
  assert.match(csv.body, new RegExp(`\r\n${last},,Prince,`))

  const known = await askCrm(`/api/bookings/${last}`)
  assert.equal(known.body.booking.user.name, 'Prince')
  const file = await askCrm(`/api/facilitators/${facilitator_id}/bookings?format=csv`)
  assert.match(file.body, /,Prince,/)

  const crmPath = `/api/facilitators/${facilitator_id}/crm/bookings/${last}`
  await ask(`${crmPath}/status`, 'PUT', { crm_status: 'contacted' })
  assert.equal((await ask(`${crmPath}/history`)).body.history[0].author, 'Teal')

  const admin = await aUser(booking.deps, { is_admin: true })
  const log = await booking.request('GET', `/api/audit-log?subject=booking&subject_id=${last}`, admin)
  const { actor, attendee } = log.body.entries.at(-1)
  assert.deepEqual([actor, attendee], ['Prince', 'Prince'])
})

test('an admin without a last name is made of an account that is taken over', async () => {
  const admin = await aUser(booking.deps, { is_admin: true })
  const { id } = await aUser(booking.deps)
  const { body } = await booking.request('PUT', `/api/users/${id}`, {
    token: admin.token,
    body: {
      is_admin: true,
      existing: true,
      password: 'an unheard-of phrase',
      first_name: 'Prince',
      last_name: '',
    },
  })
  assert.deepEqual([body.user.first_name, body.user.last_name], ['Prince', ''])
})
