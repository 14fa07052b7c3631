import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'

let booking: TestBooking
let admin: string
let attendee: string

before(async () => {
  booking = await startTestBooking()
  admin = (await aUser(booking.deps, { is_admin: true })).token
  attendee = (await aUser(booking.deps)).token
})
after(() => booking.close())

const fay = (overrides: object = {}) => ({
  email: `${randomUUID()}@example.com`,
  password: 'securepassword123',
  first_name: ' Fay ',
  last_name: 'Lee',
  bio: 'Sits still',
  specialization: 'Stillness',
  experience_years: 3,
  ...overrides,
})

const create = (body: unknown, token: string | undefined = admin) =>
  booking.request('POST', '/api/facilitators/', { body, token })
const update = (id: number | string, body: unknown, token: string | undefined = admin) =>
  booking.request('PUT', `/api/facilitators/${id}`, { body, token })
const logIn = (person: { email: string; password: string }) =>
  booking.request('POST', '/api/facilitators/login', { body: person })
const logOf = async (id: number) => {
  const url = `/api/audit-log?subject=facilitator&subject_id=${id}`
  const { body } = await booking.request('GET', url, { token: admin })
  return body.entries.map((entry: { action: string; details: object }) => [entry.action, entry.details])
}

/** A facilitator with an account. */
async function aLeader() {
  const user = await aUser(booking.deps)
  return { user, token: user.token, id: (await aFacilitator(booking.deps, { user_id: user.id })).id }
}

test('an admin opens an account for a facilitator, who can then log in', async () => {
  const person = fay()
  const { status, body } = await create(person)
  assert.equal(status, 201)
  const { id, ...facilitator } = body.facilitator
  assert.equal(body.message, 'Facilitator created successfully')
  assert.deepEqual(facilitator, {
    name: 'Fay Lee',
    first_name: 'Fay',
    last_name: 'Lee',
    bio: 'Sits still',
    specialization: 'Stillness',
    experience_years: 3,
    is_active: true,
  })
  const session = await logIn(person)
  assert.deepEqual([session.status, session.body.facilitator.id], [200, id])
  assert.deepEqual(await logOf(id), [
    ['facilitator.created', { user_id: session.body.user.id, has_new_account: true }],
  ])
})

test('an account whose address is proven becomes a facilitator and keeps its password', async () => {
  const password_hash = await hashPassword('their-own-password')
  const user = await aUser(booking.deps, { password_hash, email_proven: true })
  const { status, body } = await create(fay({ email: user.email.toUpperCase(), password: undefined }))
  assert.equal(status, 201)
  assert.match(body.message, /keeps its own name and password: make sure that it is theirs/)
  const session = await logIn({ email: user.email, password: 'their-own-password' })
  assert.deepEqual([session.status, session.body.user.id], [200, user.id])
})

test('a password for an account that keeps its own is said to be unused', async () => {
  const { email } = await aUser(booking.deps, { email_proven: true })
  const person = fay({ email, existing: true })
  const { body } = await create(person)
  assert.match(body.message, /was not used/)
  assert.equal((await logIn(person)).status, 401)
})

test('an account that anybody may have opened is not appointed unless it is taken over', async () => {
  const squatter = await aUser(booking.deps, { password_hash: await hashPassword('of-the-squatter') })
  const person = fay({ email: squatter.email })
  const refused = await create(person)
  assert.deepEqual([refused.status, refused.body.code], [409, 'account_not_proven'])
  const without = await create({ ...person, password: undefined, existing: true })
  assert.deepEqual([without.status, without.body.details[0].field], [400, 'password'])
  assert.equal((await create({ ...person, existing: 'yes' })).status, 400)
  assert.equal((await logIn({ ...person, password: 'of-the-squatter' })).status, 403, 'no facilitator yet')

  const { status, body } = await create({ ...person, existing: true })
  assert.equal(status, 201)
  assert.match(body.message, /logged out/)
  assert.equal((await logIn({ ...person, password: 'of-the-squatter' })).status, 401)
  const session = await logIn(person)
  const { first_name, last_name } = session.body.user
  assert.deepEqual([session.status, first_name, last_name], [200, 'Fay', 'Lee'])
  const old = await booking.request('GET', '/api/auth/profile', { token: squatter.token })
  assert.equal(old.status, 401)
})

test('what is missing of a new account is named, and leaves nothing behind', async () => {
  const person = fay({ password: undefined })
  const { status, body } = await create(person)
  assert.deepEqual([status, body.details[0].field], [400, 'password'])
  const users = booking.deps.db.selectFrom('users').select('id').where('email', '=', person.email)
  assert.deepEqual(await users.execute(), [])
  const cases: [object, string][] = [
    [{ email: undefined }, 'email'],
    [{ email: 'no address' }, 'email'],
    [{ password: 'password123' }, 'password'],
    [{ first_name: ' ' }, 'first_name'],
    [{ last_name: undefined }, 'last_name'],
    [{ bio: 5 }, 'bio'],
    [{ experience_years: -1 }, 'experience_years'],
    [{ experience_years: 2.5 }, 'experience_years'],
  ]
  for (const [overrides, field] of cases) {
    const answer = await create(fay(overrides))
    assert.deepEqual([answer.status, answer.body.details[0].field], [400, field], JSON.stringify(overrides))
  }
})

test('nobody becomes a facilitator twice, not even at once', async () => {
  const person = fay()
  const answers = await Promise.all(Array.from({ length: 5 }, () => create(person)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409, 409])
  const again = await create(person)
  assert.deepEqual([again.status, again.body.code], [409, 'already_a_facilitator'])
})

test('a closed account leads nothing', async () => {
  const { email } = await aUser(booking.deps, { is_active: false })
  const { status, body } = await create(fay({ email }))
  assert.deepEqual([status, body.code], [409, 'account_inactive'])
})

test('only admins create facilitators', async () => {
  const leader = await aLeader()
  assert.equal((await booking.request('POST', '/api/facilitators/', { body: fay() })).status, 401)
  for (const token of [attendee, leader.token]) {
    const { status, body } = await create({}, token)
    assert.deepEqual([status, body.code], [403, 'admins_only'])
  }
})

test('a facilitator edits their own profile, and their events show it at once', async () => {
  const { id, token } = await aLeader()
  const event_id = await anEvent(booking.deps, { facilitator_id: id })
  const event = async () => (await booking.request('GET', `/api/events/${event_id}`, { token })).body.event
  assert.equal((await event()).facilitator.name, 'Jane Smith')
  const { status, body } = await update(
    id,
    { last_name: 'Stone', bio: ' Walks, too ', experience_years: null },
    token,
  )
  assert.equal(status, 200)
  assert.equal(body.message, 'Facilitator updated successfully')
  assert.equal(body.facilitator.name, 'Jane Stone')
  assert.equal(body.facilitator.specialization, 'Meditation', 'what is left out stays')
  assert.equal(body.facilitator.experience_years, null)
  assert.deepEqual((await event()).facilitator, { id, name: 'Jane Stone', bio: 'Walks, too' })
  assert.deepEqual((await booking.request('GET', `/api/facilitators/${id}`, { token })).body, {
    facilitator: body.facilitator,
  })
  assert.deepEqual(await logOf(id), [
    ['facilitator.updated', { changed: ['last_name', 'bio', 'experience_years'] }],
  ])
})

test('an admin edits any profile; others do not, and nobody one that does not exist', async () => {
  const [leader, other] = [await aLeader(), await aLeader()]
  assert.equal((await update(leader.id, { bio: 'By an admin' })).body.facilitator.bio, 'By an admin')
  for (const token of [attendee, other.token]) {
    const { status, body } = await update(leader.id, { bio: 'By a stranger' }, token)
    assert.deepEqual([status, body.code], [403, 'not_the_organiser'])
  }
  assert.equal((await booking.request('PUT', `/api/facilitators/${leader.id}`, { body: {} })).status, 401)
  for (const id of [2_147_483_647, 0, 'abc']) assert.equal((await update(id, {})).status, 404)
})

test('an admin sends a facilitator into retirement and back; events stay', async () => {
  const password = 'their-own-password'
  const user = await aUser(booking.deps, { password_hash: await hashPassword(password) })
  const { id } = await aFacilitator(booking.deps, { user_id: user.id })
  const event_id = await anEvent(booking.deps, { facilitator_id: id })
  assert.equal(
    (await update(id, { is_active: true }, user.token)).status,
    200,
    'as it is, so nothing is said',
  )
  const own = await update(id, { is_active: false }, user.token)
  assert.deepEqual([own.status, own.body.code], [403, 'admins_only'])

  assert.equal((await update(id, { is_active: false })).body.facilitator.is_active, false)
  assert.equal((await logIn({ email: user.email, password })).status, 403)
  assert.equal((await update(id, { bio: 'Still here' }, user.token)).status, 403)
  const { body } = await booking.request('GET', `/api/events/${event_id}`, { token: attendee })
  assert.equal(body.event.status, 'ACTIVE')
  const again = await create(fay({ email: user.email }))
  assert.match(again.body.error, /set is_active to true/)

  assert.equal((await update(id, { is_active: true })).status, 200)
  assert.equal((await logIn({ email: user.email, password })).status, 200)
  assert.deepEqual(
    await logOf(id),
    [true, false].map((is_active) => ['facilitator.updated', { changed: ['is_active'], is_active }]),
  )
})

test('nobody whose account is closed is sent back from retirement', async () => {
  const { user, id } = await aLeader()
  const account = (is_active: boolean) =>
    booking.request('PUT', `/api/users/${user.id}`, { body: { is_active }, token: admin })
  assert.equal((await account(false)).status, 200)
  const { status, body } = await update(id, { is_active: true })
  assert.deepEqual([status, body.code], [409, 'account_inactive'])
  assert.equal((await update(id, { bio: 'Led here once' })).status, 200)
  assert.equal((await account(true)).body.user.is_facilitator, false)
  assert.equal((await update(id, { is_active: true })).body.facilitator.is_active, true)
})

test('edits that cannot be are refused by name', async () => {
  const { id, token } = await aLeader()
  const cases: [object, string][] = [
    [{ first_name: '' }, 'first_name'],
    [{ last_name: null }, 'last_name'],
    [{ bio: 'x'.repeat(5_001) }, 'bio'],
    [{ specialization: [] }, 'specialization'],
    [{ experience_years: 101 }, 'experience_years'],
    [{ is_active: 'no' }, 'is_active'],
  ]
  for (const [body, field] of cases) {
    const answer = await update(id, body, token)
    assert.deepEqual([answer.status, answer.body.details[0].field], [400, field], JSON.stringify(body))
  }
})
