import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createAdmin, resetPassword } from '#booking/identity/login/account.service.ts'
import { normalise, readNewPassword } from '#booking/identity/login/password-rules.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const names = { first_name: 'P', last_name: 'W' }
const register = (password: string, email = `${randomUUID()}@example.com`) =>
  booking.request('POST', '/api/auth/register', { body: { email, password, ...names } })
const logIn = (email: string, password: string) =>
  booking.request('POST', '/api/auth/login', { body: { email, password } })

test('passwords that may be chosen', async () => {
  const good = {
    'of the contract': 'securepassword123',
    'of the demo': 'demo-password-123',
    'eight characters': 'kT4-u9xq',
    '64 characters': 'long passphrase '.repeat(4),
    '128 characters': 'Ab3-'.repeat(32),
    'one that is quite another, only longer': 'password-of-mine-alone',
    'no Latin letters': 'пароль-для-меня',
    'eight emoji': '🧘🌿🕯🪷🌊🪨🍵🌙',
    blanks: 'three unrelated words',
  }
  for (const [name, password] of Object.entries(good)) {
    const email = `${randomUUID()}@example.com`
    assert.equal((await register(password, email)).status, 201, name)
    assert.equal((await logIn(email, password)).status, 200, name)
  }
})

test('passwords that may not, and why', async () => {
  const bad: [string, string][] = [
    ['', 'validation_failed'],
    ['kT4-u9x', 'validation_failed'],
    ['x'.repeat(129), 'validation_failed'],
    ['e\u0301'.repeat(5), 'validation_failed'],
    ['\ufdfa'.repeat(100), 'validation_failed'],
    ['password123', 'password_too_common'],
    ['PassWord123', 'password_too_common'],
    ['ｐａｓｓｗｏｒｄ１２３', 'password_too_common'],
    ['12345678', 'password_too_common'],
    ['qwertyuiop', 'password_too_common'],
    ['Summer2024!', 'password_too_common'],
    ['iloveyou', 'password_too_common'],
    ['P@ssw0rd1', 'password_too_common'],
  ]
  for (const [password, code] of bad) {
    const { status, body } = await register(password)
    assert.deepEqual([status, body.code, body.details[0].field], [400, code, 'password'], password)
  }
})

test('the same rules hold where an operator sets a password', async () => {
  const admin = { email: 'admin@example.com', ...names }
  await assert.rejects(createAdmin(booking.deps, { ...admin, password: 'password123' }), /guessed first/)
  await createAdmin(booking.deps, { ...admin, password: 'an unheard-of phrase' })
  await assert.rejects(resetPassword(booking.deps, admin.email, 'qwertyuiop'), /guessed first/)
  await assert.rejects(resetPassword(booking.deps, admin.email, 'short'), /8 to 128 characters/)
})

test('nothing is cut off: only the whole password opens, in any of its Unicode forms', async () => {
  const [email, password] = ['cut@example.com', `${'é-ﬁ'.repeat(30)}-the-end`]
  await register(password, email)
  assert.equal((await logIn(email, password)).status, 200)
  assert.equal((await logIn(email, password.normalize('NFKD'))).status, 200)
  assert.equal((await logIn(email, password.slice(0, -1))).status, 401)
  assert.equal((await logIn(email, password.slice(0, 72))).status, 401)
  assert.equal((await logIn(email, `${password} `)).status, 401)
  assert.equal((await logIn(email, password.toUpperCase())).status, 401)
})

test('it is kept as argon2id, each time with another salt', async () => {
  const hashes = await Promise.all(
    ['one@example.com', 'two@example.com'].map(async (email) => {
      await register('the same for both', email)
      return (await userStore.findByEmail(booking.deps.db, email))?.password_hash ?? ''
    }),
  )
  for (const hash of hashes) {
    const [, memory, passes, lanes] =
      /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/.exec(hash)?.map(Number) ?? []
    assert.ok(memory && memory >= 19_456 && passes && passes >= 2 && lanes === 1, hash)
  }
  assert.notEqual(hashes[0], hashes[1])
})

test('the list of common passwords holds at least three thousand that would otherwise do', () => {
  const lines = readFileSync(
    join(import.meta.dirname, '../../booking/identity/login/common-passwords.txt'),
    'utf8',
  ).split('\n')
  const entries = lines.filter((line) => line !== '' && !line.startsWith('# '))
  assert.ok(entries.length >= 3_000, `${entries.length}`)
  assert.equal(new Set(entries).size, entries.length)
  for (const entry of entries) {
    assert.equal(entry, normalise(entry).toLowerCase())
    assert.throws(() => readNewPassword(entry), { code: 'password_too_common' }, entry)
  }
})
