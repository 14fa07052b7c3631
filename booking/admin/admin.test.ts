import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { NewUser } from '#booking/database/user.table.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import * as admins from './admin.service.ts'

const password = 'the-only-password'

let booking: TestBooking
let password_hash: string
let admin: Awaited<ReturnType<typeof aUser>>

before(async () => {
  booking = await startTestBooking()
  password_hash = await hashPassword(password)
  admin = await aUser(booking.deps, { is_admin: true, email: 'the-admin@studio.test' })
})
after(() => booking.close())

const someone = (overrides: Partial<NewUser> = {}) => aUser(booking.deps, { password_hash, ...overrides })
const update = (id: number | string, body: unknown, token: string | undefined = admin.token) =>
  booking.request('PUT', `/api/users/${id}`, { token, body })
const logIn = async (email: string, given = password) =>
  (await booking.request('POST', '/api/auth/login', { body: { email, password: given } })).status
const profile = async (token: string) => (await booking.request('GET', '/api/auth/profile', { token })).status
const book = async (token: string, event_id: number) =>
  (await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).status
const logOf = async (id: number) => {
  const url = `/api/audit-log?subject=user&subject_id=${id}`
  const { body } = await booking.request('GET', url, { token: admin.token })
  return body.entries.map(({ action, actor_id }: { action: string; actor_id: number }) => [action, actor_id])
}

test('closing an account prevents logins, ends its sessions and cancels its upcoming bookings', async () => {
  const [user, next] = [await someone(), await someone()]
  const [full, other] = [await anEvent(booking.deps, { max_participants: 1 }), await anEvent(booking.deps)]
  assert.deepEqual([await book(user.token, full), await book(user.token, other)], [201, 201])
  const line = await booking.request('POST', `/api/events/${full}/waitlist`, { token: next.token, body: {} })
  assert.equal(line.status, 201)
  const feed = await booking.request('POST', '/api/bookings/calendar-token', { token: user.token })
  const url = new URL(feed.body.url)
  const readFeed = async () => (await booking.request('GET', url.pathname + url.search)).status
  assert.equal(await readFeed(), 200)
  const { status, body } = await update(user.id, { is_active: false })
  assert.deepEqual([status, body.cancelled_bookings, body.user.is_active], [200, 2, false])
  assert.match(body.message, /^Account closed/)
  assert.equal(body.user.bookings_ahead, 0)
  assert.equal(await profile(user.token), 401)
  assert.equal(await logIn(user.email), 401)
  assert.equal(await readFeed(), 401)
  const own = await booking.request('GET', '/api/bookings/', { token: next.token })
  assert.equal(own.body.bookings[0].event.id, full, 'the seat went to who waited')
  assert.deepEqual((await logOf(user.id))[0], ['user.closed', admin.id])

  const again = await update(user.id, { is_active: false })
  assert.deepEqual([again.status, again.body.message], [200, 'Nothing had to be changed'])
})

test('an account that is opened again has its password, and none of its sessions or roles', async () => {
  const user = await someone({ is_admin: true })
  await update(user.id, { is_active: false })
  const { status, body } = await update(user.id, { is_active: true })
  assert.deepEqual([status, body.user.is_active, body.user.is_admin], [200, true, false])
  assert.equal(await profile(user.token), 401)
  assert.equal(await logIn(user.email), 200)
  assert.deepEqual(await logOf(user.id), [
    ['user.reopened', admin.id],
    ['user.closed', admin.id],
  ])
})

test('a deleted account stays deleted', async () => {
  const user = await someone()
  const deleted = await booking.request('DELETE', '/api/auth/account', {
    token: user.token,
    body: { password },
  })
  assert.equal(deleted.status, 200)
  for (const body of [{ is_active: true }, { is_admin: true }]) {
    const answer = await update(user.id, body)
    assert.deepEqual([answer.status, answer.body.code], [409, 'account_deleted'])
  }
})

test('a demoted admin loses access at once; a new admin has a proven address', async () => {
  const user = await someone({ email_proven: true })
  const made = await update(user.id, { is_admin: true, password: 'not-used-at-all' })
  assert.deepEqual([made.status, made.body.user.is_admin], [200, true])
  assert.match(made.body.message, /^Now an admin.*was not used$/)
  assert.equal((await booking.request('GET', '/api/users', { token: user.token })).status, 200)
  assert.equal(await logIn(user.email), 200)
  const { body } = await update(user.id, { is_admin: false })
  assert.match(body.message, /No longer an admin/)
  assert.equal((await booking.request('GET', '/api/users', { token: user.token })).status, 401)
  assert.equal(await logIn(user.email), 200)
  assert.deepEqual(await logOf(user.id), [
    ['user.demoted', admin.id],
    ['user.made_admin', admin.id],
  ])
})

test('an account that anybody may have opened becomes an admin only where it is taken over', async () => {
  const user = await someone({ google_sub: 'of the squatter' })
  const refused = await update(user.id, { is_admin: true })
  assert.deepEqual([refused.status, refused.body.code], [409, 'account_not_proven'])
  const without = await update(user.id, { is_admin: true, existing: true })
  assert.deepEqual([without.status, without.body.details[0].field], [400, 'password'])
  assert.equal(await profile(user.token), 200, 'nothing has been changed')
  const taken = { is_admin: true, existing: true, password: 'an unheard-of phrase' }
  assert.equal((await update(user.id, taken)).status, 200)
  assert.deepEqual([await profile(user.token), await logIn(user.email)], [401, 401])
  assert.equal(await logIn(user.email, taken.password), 200)
  const { google_sub, first_name } = (await userStore.findById(booking.deps.db, user.id)) ?? {}
  assert.deepEqual([google_sub, first_name], [null, 'Ann'], 'the name stays, where none is given')
})

test('an account that is taken over gets the name that is given, any other one keeps its own', async () => {
  const given = { is_admin: true, existing: true, password: 'an unheard-of phrase', first_name: ' Nora ' }
  const taken = await update((await someone()).id, { ...given, last_name: 'Berg' })
  assert.deepEqual([taken.body.user.first_name, taken.body.user.last_name], ['Nora', 'Berg'])
  assert.doesNotMatch(taken.body.message, /not used/)
  const kept = await update((await someone({ email_proven: true })).id, given)
  assert.equal(kept.body.user.first_name, 'Ann')
  assert.match(kept.body.message, /password that you gave was not used\. The name that you gave was not used/)
  assert.equal((await update((await someone()).id, { ...given, first_name: ' ' })).status, 400)
})

test('nobody closes or demotes themself, and the last admin stays one', async () => {
  for (const body of [{ is_active: false }, { is_admin: false }]) {
    const answer = await update(admin.id, body)
    assert.deepEqual([answer.status, answer.body.code], [409, 'own_account'])
  }
  const own = await startTestBooking()
  const { id } = await aUser(own.deps, { is_admin: true })
  for (const body of [{ is_active: false }, { is_admin: false }])
    await assert.rejects(admins.update(own.deps, null, id, body), /only admin/)
  assert.equal((await userStore.findById(own.deps.db, id))?.is_admin, true)
  await own.close()
})

test('of two admins who demote each other concurrently, one remains', async () => {
  for (const body of [{ is_active: false }, { is_admin: false }]) {
    const [one, two] = [await someone({ is_admin: true }), await someone({ is_admin: true })]
    const answers = await Promise.all([update(two.id, body, one.token), update(one.id, body, two.token)])
    const statuses = answers.map(({ status }) => status).sort()
    assert.equal(statuses[0], 200)
    assert.ok([401, 403].includes(statuses[1] ?? 0), JSON.stringify(answers[1]?.body))
  }
})

test('a facilitator with upcoming events is closed with leave_events; the events stay', async () => {
  const user = await someone()
  const { id } = await aFacilitator(booking.deps, { user_id: user.id })
  const event_id = await anEvent(booking.deps, { facilitator_id: id })
  const refused = await update(user.id, { is_active: false })
  assert.deepEqual([refused.status, refused.body.code], [409, 'events_ahead'])
  assert.match(refused.body.error, /leads 1 event:/)
  assert.equal(await profile(user.token), 200)
  const { status, body } = await update(user.id, { is_active: false, leave_events: true })
  assert.deepEqual([status, body.user.facilitator_id, body.user.is_facilitator], [200, id, false])
  const { body: after } = await booking.request('GET', `/api/facilitators/${id}`, { token: admin.token })
  assert.equal(after.facilitator.is_active, false)
  const event = await booking.request('GET', `/api/events/${event_id}`, { token: admin.token })
  assert.equal(event.body.event.status, 'ACTIVE')
})

test('accounts are found by name, address, status and role, the newest first', async () => {
  const find = async (query: string) => {
    const { status, body } = await booking.request('GET', `/api/users?${query}`, { token: admin.token })
    assert.equal(status, 200, JSON.stringify(body))
    return { ids: body.users.map(({ id }: { id: number }) => id), ...body }
  }
  const mira = await someone({ first_name: 'Mira', last_name: 'Löwe', email: 'm%ra_x@studio.test' })
  const closed = await someone({ first_name: 'Mira', last_name: 'Closed', is_active: false })
  const leader = await someone({ first_name: 'Mira', last_name: 'Leads' })
  const { id } = await aFacilitator(booking.deps, { user_id: leader.id })
  const boss = await someone({ first_name: 'Mira', last_name: 'Rules', is_admin: true })
  assert.equal(await book(mira.token, await anEvent(booking.deps)), 201)
  const { ids, users, pagination } = await find('search=MIRA')
  assert.deepEqual(ids, [boss.id, leader.id, closed.id, mira.id])
  assert.equal(pagination.total, 4)
  const { created_at, ...shown } = users[3]
  assert.deepEqual(shown, {
    id: mira.id,
    email: 'm%ra_x@studio.test',
    first_name: 'Mira',
    last_name: 'Löwe',
    phone: null,
    is_active: true,
    is_admin: false,
    facilitator_id: null,
    is_facilitator: false,
    email_proven: false,
    bookings_ahead: 1,
  })
  assert.deepEqual([users[1].facilitator_id, users[1].is_facilitator], [id, true])
  assert.deepEqual((await find('search=mira%20l%C3%B6')).ids, [mira.id])
  assert.deepEqual((await find('search=m%25ra_x@STUDIO')).ids, [mira.id])
  assert.deepEqual((await find('search=m_ra')).ids, [], 'patterns are taken literally')
  assert.deepEqual((await find('search=mira&status=closed')).ids, [closed.id])
  assert.deepEqual((await find('search=mira&role=admin')).ids, [boss.id])
  assert.deepEqual((await find('search=mira&role=Facilitator')).ids, [leader.id])
  assert.deepEqual((await find('search=mira&role=attendee&status=active')).ids, [mira.id])
  assert.deepEqual((await find('search=mira&per_page=1&page=2')).ids, [leader.id])
  assert.equal((await find('per_page=1000')).pagination.per_page, 100)
  assert.deepEqual((await find('search=deleted.invalid')).ids, [])
  const one = await booking.request('GET', `/api/users/${mira.id}`, { token: admin.token })
  assert.deepEqual(one.body, { user: users[3] })
})

test('what cannot be is refused by name', async () => {
  const { id } = await someone()
  const cases: [unknown, string][] = [
    [{ is_active: 'no' }, 'is_active'],
    [{ is_admin: null }, 'is_admin'],
    [{ is_active: false, is_admin: true }, 'is_admin'],
    [{ leave_events: 1 }, 'leave_events'],
    [{ is_admin: true, existing: true, password: 'short' }, 'password'],
  ]
  for (const [body, field] of cases) {
    const answer = await update(id, body)
    assert.deepEqual([answer.status, answer.body.details[0].field], [400, field], JSON.stringify(body))
  }
  for (const query of ['status=gone', 'role=boss', 'page=0', `search=${'x'.repeat(201)}`])
    assert.equal(
      (await booking.request('GET', `/api/users?${query}`, { token: admin.token })).status,
      400,
      query,
    )
  for (const missing of [2_147_483_647, 0, 'abc']) assert.equal((await update(missing, {})).status, 404)
  const closed = await someone({ is_active: false, email_proven: true })
  const answer = await update(closed.id, { is_admin: true })
  assert.deepEqual([answer.status, answer.body.code], [409, 'account_inactive'])
})

test('only admins look at accounts and change them', async () => {
  const user = await someone()
  await aFacilitator(booking.deps, { user_id: user.id })
  for (const [token, status] of [
    [undefined, 401],
    [user.token, 403],
    [(await someone()).token, 403],
  ] as const) {
    for (const path of ['/api/users', `/api/users/${admin.id}`])
      assert.equal((await booking.request('GET', path, { ...(token && { token }) })).status, status, path)
    const body = { is_admin: true, is_active: true }
    const answer = await booking.request('PUT', `/api/users/${user.id}`, { body, ...(token && { token }) })
    assert.equal(answer.status, status)
  }
})
