import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aUser } from '#harness/data/factories.ts'

const current_password = 'the-first-password'

let booking: TestBooking
let password_hash: string

before(async () => {
  booking = await startTestBooking()
  password_hash = await hashPassword(current_password)
})
after(() => booking.close())

const anAddress = () => `${randomUUID()}@example.com`
const update = (token: string | undefined, body: unknown) =>
  booking.request('PUT', '/api/auth/profile', { token, body })
const read = async (token: string) => (await booking.request('GET', '/api/auth/profile', { token })).body.user

test('names and phone change, and what is left out stays', async () => {
  const { token } = await aUser(booking.deps, { phone: '+49 1' })
  const before = await read(token)
  const { status, body } = await update(token, { first_name: ' Anna ', phone: '+49 2' })
  assert.equal(status, 200)
  assert.equal(body.message, 'Profile updated successfully')
  assert.deepEqual(body.user, { ...before, first_name: 'Anna', phone: '+49 2' })
  assert.deepEqual(await read(token), body.user, 'seen at once')
  assert.equal((await update(token, { phone: null })).body.user.phone, null)
  assert.equal((await update(token, { phone: '  ' })).body.user.phone, null)
})

test('another address takes the password, and is not proven by it', async () => {
  const user = await aUser(booking.deps, { password_hash, email_proven: true })
  const email = anAddress()
  const missing = await update(user.token, { email })
  assert.deepEqual([missing.status, missing.body.details[0].field], [400, 'current_password'])
  const wrong = await update(user.token, { email, current_password: 'not this one' })
  assert.deepEqual([wrong.status, wrong.body.code], [403, 'wrong_password'])
  assert.equal((await read(user.token)).email, user.email)

  const { status, body } = await update(user.token, { email: ` ${email} `, current_password })
  assert.deepEqual([status, body.user.email], [200, email])
  assert.equal((await userStore.findById(booking.deps.db, user.id))?.email_proven, false)
  const logIn = async (address: string) =>
    (
      await booking.request('POST', '/api/auth/login', {
        body: { email: address, password: current_password },
      })
    ).status
  assert.deepEqual([await logIn(user.email), await logIn(email)], [401, 200])
})

test('a form that sends the same address back needs no password, nor does another way to write it', async () => {
  const user = await aUser(booking.deps, { password_hash, email_proven: true })
  assert.equal((await update(user.token, { ...(await read(user.token)), first_name: 'Anna' })).status, 200)
  const email = user.email.toUpperCase()
  assert.equal((await update(user.token, { email })).body.user.email, email)
  assert.equal((await userStore.findById(booking.deps.db, user.id))?.email_proven, true)
})

test('an address that belongs to somebody stays theirs', async () => {
  const [user, other] = [await aUser(booking.deps, { password_hash }), await aUser(booking.deps)]
  const { status, body } = await update(user.token, { email: other.email.toUpperCase(), current_password })
  assert.deepEqual([status, body.code], [409, 'email_taken'])
  assert.equal((await read(user.token)).email, user.email)
})

test('of two who want one address at once, one gets it', async () => {
  const users = [await aUser(booking.deps, { password_hash }), await aUser(booking.deps, { password_hash })]
  const email = anAddress()
  const answers = await Promise.all(users.map(({ token }) => update(token, { email, current_password })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409])
})

test('an account without a password cannot change its address', async () => {
  const { token } = await aUser(booking.deps, { google_sub: randomUUID(), email_proven: true })
  const { status, body } = await update(token, { email: anAddress() })
  assert.deepEqual([status, body.code], [400, 'password_not_set'])
  assert.equal((await update(token, { first_name: 'Gia' })).status, 200)
})

test('what cannot be is refused by name', async () => {
  const { token } = await aUser(booking.deps, { password_hash })
  const cases: [object, string][] = [
    [{ first_name: '' }, 'first_name'],
    [{ first_name: null }, 'first_name'],
    [{ last_name: '\u200b' }, 'last_name'],
    [{ last_name: 'x'.repeat(101) }, 'last_name'],
    [{ phone: 5 }, 'phone'],
    [{ phone: 'x'.repeat(33) }, 'phone'],
    [{ email: 'no address', current_password }, 'email'],
    [{ email: 'deleted-7@deleted.invalid', current_password }, 'email'],
    [{ email: null }, 'email'],
  ]
  for (const [body, field] of cases) {
    const answer = await update(token, body)
    assert.deepEqual([answer.status, answer.body.details[0].field], [400, field], JSON.stringify(body))
  }
})

test('nothing to change is nothing changed', async () => {
  const { token } = await aUser(booking.deps)
  const before = await read(token)
  assert.deepEqual(await update(token, {}).then(({ status, body }) => [status, body.user]), [200, before])
  assert.equal((await update(token, undefined)).status, 200, 'nothing has to be said')
  for (const body of [[], 'x']) assert.equal((await update(token, body)).status, 400)
})

test('nobody changes a profile without being logged in', async () => {
  assert.equal((await update(undefined, { first_name: 'Mallory' })).status, 401)
})

test('the audit log has the changed fields, without their values', async () => {
  const user = await aUser(booking.deps, { password_hash })
  await update(user.token, { first_name: 'Anna', last_name: user.last_name, phone: '+49 2' })
  await update(user.token, {})
  const { token } = await aUser(booking.deps, { is_admin: true })
  const { body } = await booking.request('GET', `/api/audit-log?subject=user&subject_id=${user.id}`, {
    token,
  })
  assert.deepEqual(
    body.entries.map((entry: { action: string; details: object }) => [entry.action, entry.details]),
    [['user.updated', { changed: ['first_name', 'phone'] }]],
  )
})
