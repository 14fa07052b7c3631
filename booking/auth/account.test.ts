import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as facilitators from '#booking/facilitators/facilitator.service.ts'
import * as userStore from '#booking/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#testing/test-booking.ts'
import * as accounts from './account.service.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const person = (email: string) => ({ email, password: 'first-password', first_name: 'Ada', last_name: 'Min' })
const logIn = (email: string, password: string, door = 'auth') =>
  booking.request('POST', `/api/${door}/login`, { body: { email, password } })

test('an admin is a new account, or one that is there already and keeps its password', async () => {
  assert.deepEqual(await accounts.createAdmin(booking.deps, person('ada@example.com')), { isNew: true })
  const again = await accounts.createAdmin(booking.deps, {
    ...person('ADA@example.com'),
    password: 'another-one',
  })
  assert.deepEqual(again, { isNew: false })
  assert.equal((await logIn('ada@example.com', 'first-password')).status, 200)
  assert.equal((await userStore.findByEmail(booking.deps.db, 'ada@example.com'))?.is_admin, true)
})

test('a facilitator gets an account and a profile, once', async () => {
  const profile = { bio: 'Sits still', specialization: null, experience_years: 3 }
  const first = await facilitators.appoint(booking.deps, null, person('fay@example.com'), profile)
  const second = await facilitators.appoint(booking.deps, null, person('fay@example.com'), profile)
  assert.equal(second.facilitator.id, first.facilitator.id)
  assert.equal((await logIn('fay@example.com', 'first-password', 'facilitators')).status, 200)
})

test('a reset password works, the old one and every session do not', async () => {
  await accounts.createAdmin(booking.deps, person('eve@example.com'))
  const { body } = await logIn('eve@example.com', 'first-password')
  await accounts.resetPassword(booking.deps, 'eve@example.com', 'second-password')
  assert.equal((await logIn('eve@example.com', 'first-password')).status, 401)
  assert.equal((await logIn('eve@example.com', 'second-password')).status, 200)
  assert.equal((await booking.request('GET', '/api/auth/profile', { token: body.access_token })).status, 401)
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
