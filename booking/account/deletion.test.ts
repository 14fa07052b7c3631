import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { NewUser } from '#booking/database/user.table.ts'
import { accountKey } from '#booking/identity/login/login-attempt.store.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'

const password = 'the-only-password'

let booking: TestBooking
let password_hash: string

before(async () => {
  booking = await startTestBooking()
  password_hash = await hashPassword(password)
})
after(() => booking.close())

const someone = (overrides: Partial<NewUser> = {}) => aUser(booking.deps, { password_hash, ...overrides })
const remove = (token: string | undefined, body: unknown = { password }) =>
  booking.request('DELETE', '/api/auth/account', { token, body })
const book = async (token: string, event_id: number, notes?: string): Promise<number> => {
  const { status, body } = await booking.request('POST', '/api/bookings/', {
    token,
    body: { event_id, notes },
  })
  assert.equal(status, 201, JSON.stringify(body))
  return body.booking.id
}
const statusOf = async (id: number) => {
  const row = await booking.deps.db
    .selectFrom('bookings')
    .select('status')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.status
}
const row = (id: number) => userStore.findById(booking.deps.db, id)

test('upcoming bookings are cancelled with CRM messages; past ones stay', async () => {
  const { token } = await someone()
  const attended = await anEvent(booking.deps, {
    start_datetime: new Date(booking.clock.now().getTime() + 60_000),
  })
  const [first, second] = [
    await anEvent(booking.deps),
    await anEvent(booking.deps, { cancellation_deadline_hours: 8_760 }),
  ]
  const old = await book(token, attended)
  const next = [await book(token, first), await book(token, second)]
  booking.clock.advance(120)
  const { status, body } = await remove(token)
  assert.deepEqual([status, body], [200, { message: 'Account deleted successfully', cancelled_bookings: 2 }])
  assert.deepEqual(
    [await statusOf(old), ...(await Promise.all(next.map(statusOf)))],
    ['CONFIRMED', 'CANCELLED', 'CANCELLED'],
  )
  const reader = await aUser(booking.deps)
  for (const id of [first, second]) {
    const { body } = await booking.request('GET', `/api/events/${id}`, { token: reader.token })
    assert.equal(body.event.current_participants, 0, 'seen at once')
  }
  const told = () =>
    booking.crm.received.filter(({ status }) => status === 'cancelled').map((each) => each.booking_id)
  for (let i = 0; i < 100 && told().length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 10))
  assert.deepEqual(told().sort(), next.sort())
})

test('the seat goes to the first waiting person, and the person’s own waiting list entries end', async () => {
  const [leaver, first] = [await someone(), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps, { max_participants: 1 })
  await book(leaver.token, event_id)
  const wait = (token: string, id: number) =>
    booking.request('POST', `/api/events/${id}/waitlist`, { token, body: { notes: 'please' } })
  assert.equal((await wait(first.token, event_id)).status, 201)
  const full = await anEvent(booking.deps, { max_participants: 1 })
  const holder = await aUser(booking.deps)
  const held = await book(holder.token, full)
  assert.equal((await wait(leaver.token, full)).status, 201)

  await remove(leaver.token)
  const { body } = await booking.request('GET', '/api/bookings/', { token: first.token })
  assert.deepEqual(
    body.bookings.map((each: { event: { id: number } }) => each.event.id),
    [event_id],
  )
  const { body: line } = await booking.request('GET', `/api/events/${full}/waitlist`, { token: holder.token })
  assert.equal(line.waiting, 0)
  await booking.request('PUT', `/api/bookings/${held}/cancel`, { token: holder.token })
  const { body: freed } = await booking.request('GET', `/api/events/${full}`, { token: first.token })
  assert.equal(freed.event.current_participants, 0, 'nobody is promoted who is gone')
})

test('no table identifies the person any more', async () => {
  const canary = `canary-${randomUUID().slice(0, 8)}`
  const email = `${canary}@example.com`
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' } })
  const person = { email, password, first_name: canary, last_name: canary, phone: `+49 ${canary}` }
  const { body: registered } = await own.request('POST', '/api/auth/register', { body: person })
  await own.request('POST', '/api/auth/login', { body: { email, password: 'a wrong guess' } })
  const { body: session } = await own.request('POST', '/api/auth/login', { body: { email, password } })
  const token = session.access_token
  const { id } = registered.user
  await own.request('PUT', '/api/auth/profile', { token, body: { first_name: `${canary} 2` } })
  const moved = { email: `moved-${email}`, current_password: password }
  assert.equal((await own.request('PUT', '/api/auth/profile', { token, body: moved })).status, 200)
  await own.request('POST', '/api/auth/login', { body: { email: moved.email, password: 'a wrong guess' } })
  const device = { 'user-agent': canary }
  await own.request('POST', '/api/auth/login', { body: { email: moved.email, password }, headers: device })
  await own.request('POST', '/api/bookings/calendar-token', { token })
  const { id: facilitator_id } = await aFacilitator(own.deps, {
    user_id: id,
    first_name: canary,
    bio: canary,
  })
  const led = await anEvent(own.deps, { facilitator_id, status: 'CANCELLED' })
  const headers = { 'idempotency-key': 'once' }
  const body = { event_id: await anEvent(own.deps, { max_participants: 1 }), notes: canary }
  assert.equal((await own.request('POST', '/api/bookings/', { token, body, headers })).status, 201)
  const full = await anEvent(own.deps, { max_participants: 1, current_participants: 1 })
  await own.request('POST', `/api/events/${full}/waitlist`, { token, body: { notes: canary } })
  const traces = async () =>
    (await dump(own)).filter((text) =>
      [canary, 'argon2', accountKey(id), accountKey(email), accountKey(moved.email), 'calendar_tokens '].some(
        (each) => text.includes(each),
      ),
    )
  const tables = new Set((await traces()).map((text) => text.split(' ')[0]))
  for (const table of [
    'users',
    'facilitators',
    'bookings',
    'waitlist_entries',
    'idempotency_keys',
    'login_attempts',
    'sessions',
    'calendar_tokens',
  ])
    assert.ok(tables.has(table), `${table} had nothing to forget`)

  assert.equal((await own.request('DELETE', '/api/auth/account', { token, body: { password } })).status, 200)
  assert.deepEqual(await traces(), [])
  const { body: event } = await own.request('GET', `/api/events/${led}`, {
    token: (await aUser(own.deps)).token,
  })
  assert.deepEqual(event.event.facilitator, { id: facilitator_id, name: 'Former facilitator', bio: null })
  const left = await userStore.findById(own.deps.db, id)
  assert.deepEqual(
    [left?.email, left?.first_name, left?.last_name, left?.phone, left?.is_active],
    [`deleted-${id}@deleted.invalid`, 'Deleted', 'user', null, false],
  )
  const again = await own.request('POST', '/api/auth/register', { body: person })
  assert.equal(again.status, 201, 'the address is free for somebody new')
  assert.notEqual(again.body.user.id, id)
  await own.close()
})

test('every session is over, on every instance, and the password opens nothing', async () => {
  const elsewhere = await booking.startInstance()
  const user = await someone()
  const { access_token, refresh_token } = await booking.deps.identity.sessions.start(user)
  await remove(access_token)
  for (const at of [booking, elsewhere]) {
    const refreshed = await at.request('POST', '/api/auth/refresh', { token: refresh_token })
    const login = await at.request('POST', '/api/auth/login', { body: { email: user.email, password } })
    const profile = await at.request('GET', '/api/auth/profile', { token: access_token })
    assert.deepEqual([refreshed.status, login.status, profile.status], [401, 401, 401])
  }
  assert.equal((await remove(access_token)).status, 401, 'it is deleted once')
})

test('it takes the password, or the word of an account that has none', async () => {
  const { id, token } = await someone()
  const missing = await remove(token, {})
  assert.deepEqual([missing.status, missing.body.details[0].field], [400, 'password'])
  assert.equal((await remove(token, { confirm: 'DELETE' })).status, 400)
  const wrong = await remove(token, { password: 'not this one' })
  assert.deepEqual([wrong.status, wrong.body.code], [403, 'wrong_password'])
  assert.equal((await row(id))?.is_active, true)
  assert.equal((await remove(undefined)).status, 401)

  const google = await someone({ password_hash: null, google_sub: randomUUID(), email_proven: true })
  for (const body of [{}, { confirm: 'delete' }, { password: 'anything' }]) {
    const answer = await remove(google.token, body)
    assert.deepEqual([answer.status, answer.body.details[0].field], [400, 'confirm'], JSON.stringify(body))
  }
  assert.equal((await remove(google.token, { confirm: 'DELETE' })).status, 200)
  assert.equal((await row(google.id))?.google_sub, null)
})

test('a facilitator with upcoming events gets 409, and no booking is cancelled', async () => {
  const user = await someone()
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: user.id })
  const led = await anEvent(booking.deps, { facilitator_id })
  const booked = await book(user.token, await anEvent(booking.deps))
  const { status, body } = await remove(user.token)
  assert.deepEqual([status, body.code], [409, 'events_ahead'])
  assert.match(body.error, /still lead 1 event: cancel/)
  assert.deepEqual([await statusOf(booked), (await row(user.id))?.email], ['CONFIRMED', user.email])
  assert.equal((await booking.request('PUT', `/api/events/${led}/cancel`, { token: user.token })).status, 200)
  assert.equal((await remove(user.token)).status, 200)
  assert.equal(await statusOf(booked), 'CANCELLED')
})

test('the last admin stays, and of the last two one does', async () => {
  const own = await startTestBooking()
  const admins = [await aUser(own.deps, { is_admin: true })]
  for (let round = 0; round < 10; round++) {
    admins.push(await aUser(own.deps, { is_admin: true }))
    const answers = await Promise.all(
      admins.map(({ token }) =>
        own.request('DELETE', '/api/auth/account', { token, body: { confirm: 'DELETE' } }),
      ),
    )
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
    const stays = answers.findIndex(({ status }) => status === 409)
    assert.equal(answers[stays]?.body.code, 'last_admin')
    admins.splice(1 - stays, 1)
  }
  await own.close()
})

test('five concurrent deletions delete once', async () => {
  const { token, id } = await someone()
  const booked = await book(token, await anEvent(booking.deps))
  const answers = await Promise.all(Array.from({ length: 5 }, () => remove(token)))
  const statuses = answers.map(({ status }) => status).sort()
  assert.equal(statuses[0], 200)
  for (const status of statuses.slice(1))
    assert.ok(status === 401 || status === 403 || status === 409, `${status}`)
  assert.equal(await statusOf(booked), 'CANCELLED')
  const admin = await aUser(booking.deps, { is_admin: true })
  const url = `/api/audit-log?subject=user&subject_id=${id}`
  const { body } = await booking.request('GET', url, { token: admin.token })
  assert.deepEqual(
    body.entries.map((entry: { action: string; details: object }) => [entry.action, entry.details]),
    [['user.deleted', { cancelled_bookings: 1 }]],
  )
})

/** Every row of every table, after the name of its table. */
async function dump({ deps: { db } }: Pick<TestBooking, 'deps'>): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(db)
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql<{
      row: string
    }>`select row_to_json(t)::text as row from ${sql.table(name)} t`.execute(db)
    texts.push(...rows.map((each) => `${name} ${each.row}`))
  }
  return texts
}
