import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { resetPassword } from '#booking/identity/login/account.service.ts'
import { up as markDemoAccounts } from '#booking/migrations/022-closed-accounts.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { aUser } from '#harness/data/factories.ts'
import { seed } from '#harness/data/seed-data.ts'
import { connect } from '#shared/db/connect.ts'
import { closeDemoAccounts, freeDemoSeats } from './demo-closing.ts'
import { addDemoData, DEMO_PASSWORD } from './demo-data.ts'
import { findDemoLogins } from './demo-logins.ts'

const PRODUCTION = {
  FLASK_ENV: 'production',
  JWT_SECRET_KEY: 'k3Jq-Zx81-vmPw-09Lt-uYb7-nCe4-Rd2s',
  CRM_BEARER_TOKEN: 'Wq7d-1Hfz-Bn5o-Kx83-aVt2-mLp9-Ye6r',
  CRM_SERVICE_URL: 'http://localhost:1',
  MAIL: 'off',
}

let database: TestDatabase
let development: TestBooking
let production: TestBooking

beforeEach(async () => {
  database = await createTestDatabase('booking')
  development = await startTestBooking({ database })
  production = await startTestBooking({ database, env: PRODUCTION })
  await addDemoData(development.deps)
})
afterEach(async () => {
  await Promise.all([development.close(), production.close()])
  await database.drop()
})

const logIn = (email: string, { request }: TestBooking, password = DEMO_PASSWORD) =>
  request('POST', '/api/auth/login', { body: { email, password } })
const open = async () => {
  const { rows } = await sql<{ email: string }>`
    select email from users where is_active or is_admin order by email`.execute(development.deps.db)
  return rows.map(({ email }) => email)
}

test('production refuses logins with the published password', async () => {
  assert.equal((await logIn('admin@example.com', development)).status, 200)
  assert.equal((await logIn('admin@example.com', production)).status, 401)
  const door = { body: { email: 'jane.smith@example.com', password: DEMO_PASSWORD } }
  assert.equal((await production.request('POST', '/api/facilitators/login', door)).status, 401)
})

test('closing removes roles, ends sessions and is logged; it is idempotent', async () => {
  const { body } = await logIn('admin@example.com', development)
  const { token, id } = await aUser(development.deps, { email: 'owner@studio.test', is_admin: true })
  await Promise.all([1, 2, 3].map(() => closeDemoAccounts(production.deps)))
  assert.deepEqual(await open(), ['owner@studio.test'])
  development.clock.advance(1)
  const old = await development.request('GET', '/api/auth/profile', { token: body.access_token })
  assert.equal(old.status, 401)
  assert.equal((await development.request('GET', '/api/auth/profile', { token })).body.user.id, id)
  const log = await development.request('GET', '/api/audit-log?action=user.closed', { token })
  const count = await sql<{ n: number }>`select count(*) as n from users where is_demo`.execute(
    development.deps.db,
  )
  assert.equal(log.body.pagination.total, count.rows[0]?.n)
  assert.deepEqual(log.body.entries[0].details, { reason: 'demo_account' })
})

/** Seats of closed demo accounts, messages about them, and events with a wrong counter. */
async function leftOver() {
  const { rows } = await sql<
    Record<'held' | 'waiting' | 'cancelled' | 'messages' | 'miscounted' | 'leading', number>
  >`
    select
      (select count(*) from bookings join users on users.id = user_id
        where is_demo and status in ('PENDING', 'CONFIRMED')) as held,
      (select count(*) from waitlist_entries where status = 'waiting') as waiting,
      (select count(*) from bookings where status = 'CANCELLED') as cancelled,
      (select count(*) from outbox where topic = 'booking.cancelled') as messages,
      (select count(*) from events where current_participants <> (
        select count(*) from bookings where event_id = events.id and status in ('PENDING', 'CONFIRMED'))) as miscounted,
      (select count(*) from facilitators join users on users.id = user_id
        where is_demo and facilitators.is_active) as leading`.execute(development.deps.db)
  return rows[0]
}

test('their seats go to waiting people, with one CRM message each, and none of them is a facilitator any more', async () => {
  const { deps, request } = development
  const next = await aUser(deps, { email: 'next@studio.test' })
  const waiting = { body: {}, token: (await logIn('john.doe@example.com', development)).body.access_token }
  await sql`update events set max_participants = current_participants where id in (1, 2)`.execute(deps.db)
  for (const { id, ...asked } of [
    { id: 1, token: next.token, body: {} },
    { id: 2, ...waiting },
  ])
    assert.equal((await request('POST', `/api/events/${id}/waitlist`, asked)).status, 201)
  const { held = 0 } = (await leftOver()) ?? {}
  assert.ok(held > 0)

  await freeDemoSeats(production.deps)
  assert.equal((await leftOver())?.held, held, 'they are open')
  await closeDemoAccounts(production.deps)
  await Promise.all([1, 2].map(() => freeDemoSeats(production.deps)))
  const freed = { held: 0, waiting: 0, cancelled: held, messages: held, miscounted: 0, leading: 0 }
  assert.deepEqual(await leftOver(), freed)
  await freeDemoSeats(production.deps)
  assert.deepEqual(await leftOver(), freed)
  const { body } = await request('GET', '/api/bookings/', { token: next.token })
  assert.equal(body.bookings[0]?.event.id, 1)
})

test('where they were closed before this, their seats become free and their profiles former ones as well', async () => {
  const { db } = development.deps
  await sql`update users set is_active = false, is_admin = false where is_demo`.execute(db)
  await closeDemoAccounts(production.deps)
  await freeDemoSeats(production.deps)
  const { held, leading } = (await leftOver()) ?? {}
  assert.deepEqual([held, leading], [0, 0])
  const again = await sql`select from audit_log where action = 'user.closed'`.execute(db)
  assert.equal(again.rows.length, 0, 'they are not closed twice')
})

test('an account with another password is no demo account any more', async () => {
  await resetPassword(development.deps, 'admin@example.com', 'an unheard-of phrase')
  await closeDemoAccounts(production.deps)
  assert.deepEqual(await open(), ['admin@example.com'])
  assert.equal((await logIn('admin@example.com', production, 'an unheard-of phrase')).status, 200)
})

test('every demo login shown works, with the role shown', async () => {
  const shown = () => findDemoLogins(development.deps)
  const all = [
    { role: 'attendee', email: 'john.doe@example.com' },
    { role: 'facilitator', email: 'jane.smith@example.com' },
    { role: 'admin', email: 'admin@example.com' },
  ]
  assert.deepEqual(await shown(), all)
  await resetPassword(development.deps, 'jane.smith@example.com', 'an unheard-of phrase')
  assert.deepEqual(await shown(), [all[0], all[2]])
  await closeDemoAccounts(production.deps)
  assert.deepEqual(await shown(), [])
  await sql`update users set is_active = true where email = 'admin@example.com'`.execute(development.deps.db)
  assert.deepEqual(await shown(), [{ role: 'attendee', email: 'admin@example.com' }])
  assert.equal((await logIn('admin@example.com', development)).status, 200)
})

test('another address does not make a published password a secret', async () => {
  const { body } = await logIn('admin@example.com', development)
  const changes = { email: 'owner@studio.test', current_password: DEMO_PASSWORD }
  const { status } = await development.request('PUT', '/api/auth/profile', {
    token: body.access_token,
    body: changes,
  })
  assert.equal(status, 200)
  assert.equal((await logIn('owner@studio.test', production)).status, 401)
  await closeDemoAccounts(production.deps)
  assert.deepEqual(await open(), [])
})

test('seeded accounts have that password in development only', async () => {
  const plan = { events: 0, users: 2, facilitators: 0, bookings: 0, capacity: 1, hot: false }
  await seed(development.deps, plan, () => {})
  await seed(production.deps, plan, () => {})
  await closeDemoAccounts(production.deps)
  const left = await open()
  assert.equal(left.length, 2)
  for (const email of left) assert.equal((await logIn(email, development)).status, 401)
})

test('on an older database demo accounts are found by their shared password, and no others', async () => {
  const { db } = development.deps
  const own = { email: 'alone@example.com', password_hash: 'a hash of its own' }
  await aUser(development.deps, own)
  await aUser(development.deps, { email: 'without@example.com' })
  await sql`update users set email = 'moved@studio.test' where email = 'admin@example.com'`.execute(db)
  const wanted = await sql<{ n: number }>`select count(*) as n from users where is_demo`.execute(db)
  await sql`
    alter table users drop column is_demo cascade; alter table bookings drop column removal_reason;
    drop function leave_demo; drop index users_admins, users_closed`.execute(db)
  const { db: untyped } = connect<unknown>({ url: database.url, poolMax: 1, log: { info() {}, warn() {} } })
  await markDemoAccounts(untyped)
  await untyped.destroy()
  const marked = await sql<{ n: number }>`select count(*) as n from users where is_demo`.execute(db)
  assert.equal(marked.rows[0]?.n, wanted.rows[0]?.n)
  await closeDemoAccounts(production.deps)
  assert.deepEqual(await open(), ['alone@example.com', 'without@example.com'])
})
