import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as admins from '#booking/admin/admin.service.ts'
import * as facilitators from '#booking/facilitators/facilitator.service.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import type { AppError } from '#shared/errors/app-error.ts'
import * as accounts from './account.service.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const person = (email: string) => ({
  email,
  password: 'first-password',
  first_name: ' Ada ',
  last_name: 'Min',
})
const logIn = (email: string, password: string, door = 'auth') =>
  booking.request('POST', `/api/${door}/login`, { body: { email, password } })

const row = async (email: string) => userStore.findByEmail(booking.deps.db, email)

test('an admin is a new account; making one again changes nothing', async () => {
  const first = await accounts.createAdmin(booking.deps, person('ada@example.com'))
  assert.deepEqual(first, { role: true, isNew: true, account: 'new' })
  for (const existing of [undefined, true]) {
    const again = { ...person('ADA@example.com'), password: 'another-one', existing }
    const { isNew, account } = await accounts.createAdmin(booking.deps, again)
    assert.deepEqual([isNew, account], [false, 'kept'])
  }
  assert.equal((await logIn('ada@example.com', 'first-password')).status, 200)
  assert.equal((await row('ada@example.com'))?.is_admin, true)
})

/** Somebody has registered the address of another person, and is logged in. */
async function aSquatter(email: string) {
  const body = { ...person(email), password: 'of-the-squatter', first_name: 'Squat', last_name: 'Ter' }
  assert.equal((await booking.request('POST', '/api/auth/register', { body })).status, 201)
  const { body: session } = await logIn(email, 'of-the-squatter')
  const { id } = session.user
  await userStore.update(booking.deps.db, id, { google_sub: `sub of ${email}` })
  return { id, token: session.access_token, refreshToken: session.refresh_token }
}

test('registering the address of a future admin does not make an admin', async () => {
  await aSquatter('owner@example.com')
  await assert.rejects(
    accounts.createAdmin(booking.deps, person('Owner@Example.com')),
    (error: AppError) =>
      error.status === 409 && error.code === 'account_not_proven' && /Google|existing/.test(error.message),
  )
  const after = await row('owner@example.com')
  assert.deepEqual([after?.is_admin, after?.session_version], [false, 0])
  assert.equal((await logIn('owner@example.com', 'of-the-squatter')).status, 200)
  assert.equal((await logIn('owner@example.com', 'first-password')).status, 401)
})

test('an account that is taken over belongs to nobody who had it before', async () => {
  const squatter = await aSquatter('taken@example.com')
  const wanted = { ...person('taken@example.com'), existing: true }
  const without = accounts.createAdmin(booking.deps, { ...wanted, password: undefined })
  await assert.rejects(without, /password is required/)
  assert.equal((await row('taken@example.com'))?.is_admin, false)
  const { isNew, account } = await accounts.createAdmin(booking.deps, wanted)
  assert.deepEqual([isNew, account], [true, 'taken_over'])
  const { is_admin, google_sub, first_name, last_name } = (await row('taken@example.com')) ?? {}
  assert.deepEqual([is_admin, google_sub, first_name, last_name], [true, null, 'Ada', 'Min'])
  const profile = await booking.request('GET', '/api/auth/profile', { token: squatter.token })
  const renewed = await booking.request('POST', '/api/auth/refresh', { token: squatter.refreshToken })
  assert.deepEqual([profile.status, renewed.status], [401, 401])
  assert.equal((await logIn('taken@example.com', 'of-the-squatter')).status, 401)
  assert.equal((await logIn('taken@example.com', 'first-password')).status, 200)
})

test('an account whose address is proven is promoted as it is', async () => {
  const { id, token } = await aSquatter('proven@example.com')
  await userStore.update(booking.deps.db, id, { email_proven: true })
  const { isNew, account } = await accounts.createAdmin(booking.deps, {
    ...person('proven@example.com'),
    existing: true,
  })
  assert.deepEqual([isNew, account], [true, 'kept'])
  assert.equal((await row('proven@example.com'))?.first_name, 'Squat', 'Google knows who it is')
  assert.equal((await booking.request('GET', '/api/audit-log', { token })).status, 200)
  assert.equal((await logIn('proven@example.com', 'of-the-squatter')).status, 200)
})

test('a facilitator gets an account and a profile, once', async () => {
  const profile = { bio: 'Sits still', specialization: null, experience_years: 3 }
  const first = await facilitators.appoint(booking.deps, null, person('fay@example.com'), profile)
  const second = await facilitators.appoint(booking.deps, null, person('fay@example.com'), profile)
  assert.equal(second.facilitator.id, first.facilitator.id)
  assert.equal((await logIn('fay@example.com', 'first-password', 'facilitators')).status, 200)
})

test('a former facilitator is reactivated under the same id, with the new fields and the old others', async () => {
  const profile = { bio: 'Sits still', specialization: 'Zen', experience_years: null }
  const { facilitator } = await facilitators.appoint(booking.deps, null, person('gil@example.com'), profile)
  const { id } = facilitator
  await admins.update(booking.deps, null, (await row('gil@example.com'))?.id ?? 0, { is_active: false })
  const again = { ...person('gil@example.com'), password: 'second-password', last_name: 'Stone' }
  const said = { bio: null, specialization: 'Qigong', experience_years: null }
  const appoint = (existing: boolean) =>
    facilitators.appoint(booking.deps, null, { ...again, existing }, said)
  await assert.rejects(appoint(true), /no longer active/, 'opening it again comes first')
  await admins.update(booking.deps, null, (await row('gil@example.com'))?.id ?? 0, { is_active: true })
  await assert.rejects(appoint(false), { code: 'account_not_proven' })
  const { account, isNew, facilitator: back } = await appoint(true)
  assert.deepEqual([account, isNew], ['taken_over', true])
  const wanted = { name: 'Ada Stone', last_name: 'Stone', specialization: 'Qigong', is_active: true }
  assert.deepEqual(back, { ...facilitator, id, ...wanted })
  const door = await logIn('gil@example.com', 'second-password', 'facilitators')
  assert.equal(door.body.facilitator?.id, id)
})

test('an admin who was demoted, or closed and opened again, is made one again', async () => {
  await accounts.createAdmin(booking.deps, person('hal@example.com'))
  await accounts.createAdmin(booking.deps, person('another@example.com'))
  const id = (await row('hal@example.com'))?.id ?? 0
  for (const changes of [[{ is_admin: false }], [{ is_active: false }, { is_active: true }]]) {
    for (const each of changes) await admins.update(booking.deps, null, id, each)
    assert.equal((await row('hal@example.com'))?.is_admin, false)
    const again = { ...person('hal@example.com'), password: 'second-password', existing: true }
    const { account } = await accounts.createAdmin(booking.deps, again)
    assert.deepEqual([account, (await row('hal@example.com'))?.is_admin], ['taken_over', true])
    assert.equal((await logIn('hal@example.com', 'second-password')).status, 200)
  }
})

test('a reset password works, the old one and every session do not', async () => {
  await accounts.createAdmin(booking.deps, person('eve@example.com'))
  const { body } = await logIn('eve@example.com', 'first-password')
  await accounts.resetPassword(booking.deps, 'eve@example.com', 'second-password')
  assert.equal((await logIn('eve@example.com', 'first-password')).status, 401)
  assert.equal((await logIn('eve@example.com', 'second-password')).status, 200)
  assert.equal((await booking.request('GET', '/api/auth/profile', { token: body.access_token })).status, 401)
})

test('with a reset password goes a Google account that has not proven the address', async () => {
  const sub = async (email: string) => (await row(email))?.google_sub
  await aSquatter('reset@example.com')
  await accounts.resetPassword(booking.deps, 'reset@example.com', 'second-password')
  await accounts.resetPassword(booking.deps, 'proven@example.com', 'second-password')
  const left = [await sub('reset@example.com'), await sub('proven@example.com')]
  assert.deepEqual(left, [null, 'sub of proven@example.com'])
})

test('what cannot be is refused in a sentence', async () => {
  await assert.rejects(
    accounts.resetPassword(booking.deps, 'nobody@example.com', 'long-enough'),
    /No such account/,
  )
  await assert.rejects(accounts.createAdmin(booking.deps, person('no address')), /email must be/)
  const short = { ...person('short@example.com'), password: 'short' }
  await assert.rejects(accounts.createAdmin(booking.deps, short), /8 to 128 characters/)
})
