import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'

let booking: TestBooking
let token: string

before(async () => {
  booking = await startTestBooking()
  token = (await aUser(booking.deps)).token
})
after(() => booking.close())

const PASSWORD = 'demo-password-123'
const logIn = (email: string, password = PASSWORD) =>
  booking.request('POST', '/api/facilitators/login', { body: { email, password } })

test('a facilitator has every field', async () => {
  const { id } = await aFacilitator(booking.deps)
  const { status, body } = await booking.request('GET', `/api/facilitators/${id}`, { token })
  assert.equal(status, 200)
  assert.deepEqual(body.facilitator, {
    id,
    name: 'Jane Smith',
    first_name: 'Jane',
    last_name: 'Smith',
    bio: 'Certified meditation instructor',
    specialization: 'Meditation',
    experience_years: 12,
    is_active: true,
  })
})

test('the list shows the active ones, page by page', async () => {
  const active = await aFacilitator(booking.deps)
  const retired = await aFacilitator(booking.deps, { is_active: false })
  const { body } = await booking.request('GET', '/api/facilitators/?per_page=100', { token })
  const ids = body.facilitators.map(({ id }: { id: number }) => id)
  assert.ok(ids.includes(active.id))
  assert.ok(!ids.includes(retired.id))
  assert.equal(body.pagination.total, ids.length)
  assert.equal((await booking.request('GET', '/api/facilitators/?page=zero', { token })).status, 400)
})

test('admins also see those who no longer lead events, and nobody else does', async () => {
  const retired = await aFacilitator(booking.deps, { is_active: false })
  const admin = await aUser(booking.deps, { is_admin: true })
  const path = '/api/facilitators/?per_page=100&status=All'
  const { status, body } = await booking.request('GET', path, { token: admin.token })
  assert.equal(status, 200)
  const found = body.facilitators.find(({ id }: { id: number }) => id === retired.id)
  assert.equal(found?.is_active, false)
  assert.equal(body.pagination.total, body.facilitators.length)
  const refused = await booking.request('GET', path, { token })
  assert.deepEqual([refused.status, refused.body.code], [403, 'admins_only'])
  assert.equal((await booking.request('GET', path)).status, 401)
  const unknown = await booking.request('GET', '/api/facilitators/?status=former', { token: admin.token })
  assert.deepEqual([unknown.status, unknown.body.details[0].field], [400, 'status'])
})

test('the events of a facilitator are all of them, past and cancelled ones too', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  const ids = []
  for (let i = 0; i < 12; i++) ids.push(await anEvent(booking.deps, { facilitator_id }))
  ids.push(await anEvent(booking.deps, { facilitator_id, status: 'CANCELLED' }))
  const { body } = await booking.request('GET', `/api/facilitators/${facilitator_id}/events`, { token })
  assert.deepEqual(
    body.events.map(({ id }: { id: number }) => id),
    ids,
  )
  assert.equal(body.facilitator.id, facilitator_id)
  assert.equal(body.pagination.total, 13)
})

test('unknown facilitators are 404, and nobody looks without logging in', async () => {
  for (const path of ['999999', 'abc', '999999/events', '0/events']) {
    assert.equal((await booking.request('GET', `/api/facilitators/${path}`, { token })).status, 404, path)
  }
  for (const path of ['', '1', '1/events']) {
    assert.equal((await booking.request('GET', `/api/facilitators/${path}`)).status, 401, path)
  }
})

test('facilitators log in at their own route, which refuses attendees with 403', async () => {
  const password_hash = await hashPassword(PASSWORD)
  const jane = await aUser(booking.deps, { password_hash })
  const { id } = await aFacilitator(booking.deps, { user_id: jane.id })
  const { status, body } = await logIn(jane.email)
  assert.equal(status, 200)
  assert.equal(body.facilitator.id, id)
  assert.equal(body.user.id, jane.id)
  assert.equal((await booking.request('GET', '/api/auth/profile', { token: body.access_token })).status, 200)

  const attendee = await aUser(booking.deps, { password_hash })
  const refused = await logIn(attendee.email)
  assert.deepEqual([refused.status, refused.body.code], [403, 'not_a_facilitator'])
  assert.equal(
    (await logIn(attendee.email, 'wrong-password')).status,
    401,
    'a wrong password reveals no role',
  )
  assert.equal((await booking.request('POST', '/api/facilitators/login', { body: {} })).status, 400)
})

test('a facilitator who is no longer active does not get in', async () => {
  const user = await aUser(booking.deps, { password_hash: await hashPassword(PASSWORD) })
  await aFacilitator(booking.deps, { user_id: user.id, is_active: false })
  assert.equal((await logIn(user.email)).status, 403)
})
