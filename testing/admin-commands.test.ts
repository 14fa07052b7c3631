import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as userStore from '#booking/users/user.store.ts'
import { anEvent, aUser } from './factories.ts'
import { startTestBooking, type TestBooking } from './test-booking.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

const script = join(import.meta.dirname, '..', 'scripts', 'admin.ts')

let database: TestDatabase
let booking: TestBooking

before(async () => {
  database = await createTestDatabase('booking')
  booking = await startTestBooking({ database })
})
after(async () => {
  await booking.close()
  await database.drop()
})

/** One command as an operator types it, with that on standard input. */
async function admin(line: string, input = '') {
  const env = { ...process.env, DATABASE_URL: database.url, FLASK_ENV: 'development' }
  const child = spawn(process.execPath, [script, ...line.split(' ')], { env, cwd: import.meta.dirname })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code, output: output.trim(), errors: errors.trim() }
}
const logIn = async (email: string, password: string) =>
  (await booking.request('POST', '/api/auth/login', { body: { email, password } })).status
const find = (email: string) => userStore.findByEmail(booking.deps.db, email)
const named = (email: string) => `--email ${email} --first-name Ada --last-name Min`

test('a password comes from standard input, is made up, or is warned about', async () => {
  const piped = await admin(`create-admin ${named('piped@studio.test')}`, 'from the pipe\nand no more\n')
  assert.deepEqual(piped, {
    code: 0,
    output: 'piped@studio.test is now an admin, with a new account.',
    errors: '',
  })
  assert.equal(await logIn('piped@studio.test', 'from the pipe'), 200)
  const made = await admin(`create-admin ${named('made@studio.test')}`)
  const random = /\(password (\S+)\)/.exec(made.output)?.[1] ?? ''
  assert.equal(await logIn('made@studio.test', random), 200)
  const none = await admin(`create-admin ${named('none@studio.test')} --password-stdin`)
  assert.equal(none.code, 1)
  assert.match(none.errors, /no password on standard input/)
  assert.equal(await find('none@studio.test'), undefined)
  const seen = await admin(`create-admin ${named('seen@studio.test')} --password seen-by-all`)
  assert.equal(seen.code, 0)
  assert.match(seen.errors, /can read --password/)
  assert.equal(await logIn('seen@studio.test', 'seen-by-all'), 200)
})

test('an account that somebody else has opened is refused, or taken over', async () => {
  const body = { email: 'owner@studio.test', password: 'of-the-squatter', first_name: 'S', last_name: 'Q' }
  await booking.request('POST', '/api/auth/register', { body })
  const refused = await admin(`create-admin ${named(body.email)}`, 'a new password')
  assert.equal(refused.code, 1)
  assert.match(refused.errors, /nobody has proven.*Google.*existing/)
  assert.equal((await find(body.email))?.is_admin, false)
  const taken = await admin(`create-facilitator ${named(body.email)} --existing`, 'a new password')
  assert.match(taken.output, /is now facilitator \d+; the account has the new password, and all of its/)
  assert.deepEqual(
    [await logIn(body.email, 'of-the-squatter'), await logIn(body.email, 'a new password')],
    [401, 200],
  )
  const again = await admin(`create-facilitator ${named(body.email)} --password not-used-at-all`)
  assert.match(again.output, /already facilitator \d+ and keeps its own password: the one given was not used/)
})

test('accounts are listed, closed, opened again and emptied; each command says what it did', async () => {
  const user = await aUser(booking.deps, { email: 'bot@studio.test' })
  const boss = await aUser(booking.deps, { email: 'boss@studio.test', is_admin: true })
  const book = async () => {
    const body = { event_id: await anEvent(booking.deps) }
    const { status } = await booking.request('POST', '/api/bookings/', { token: user.token, body })
    assert.equal(status, 201)
  }
  await book()
  const listed = await admin('list-users --search BOT@')
  assert.equal(
    listed.output,
    `${user.id}\tbot@studio.test\tAnn Other\topen\taddress not proven\t1 bookings ahead\n1 accounts.`,
  )
  const cancelled = await admin('cancel-bookings --email Bot@studio.test')
  assert.match(cancelled.output, /^1 bookings of .* were cancelled, and they were taken from 0 waiting lists/)
  await book()
  const closed = await admin('close-account --email bot@studio.test')
  assert.match(closed.output, /is closed.*sessions have ended; 1 bookings ahead were cancelled/)
  assert.equal((await find('bot@studio.test'))?.is_active, false)
  assert.match((await admin('close-account --email bot@studio.test')).output, /was closed already/)
  assert.match((await admin('reopen-account --email bot@studio.test')).output, /is open again/)
  assert.match((await admin('demote --email boss@studio.test')).output, /is no longer an admin/)
  assert.equal((await find(boss.email))?.is_admin, false)
  assert.match((await admin('demote --email boss@studio.test')).output, /was no admin/)
})

test('what cannot be done ends with code 1 and a sentence', async () => {
  const cases: [string, RegExp][] = [
    ['close-account --email nobody@studio.test', /No such account/],
    ['close-account', /--email is missing/],
    ['reset-password --email nobody@studio.test', /No such account/],
    ['create-admin --email no-address --first-name A --last-name B', /email must be/],
  ]
  for (const [line, message] of cases) {
    const { code, output, errors } = await admin(line, 'a good password')
    assert.deepEqual([code, output], [1, ''], line)
    assert.match(errors, message)
  }
  const unknown = await admin('toString')
  assert.deepEqual([unknown.code, unknown.errors], [1, ''])
  assert.match(unknown.output, /^Usage:/)
})
