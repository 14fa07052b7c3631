import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { runScript } from '#harness/processes/run-script.ts'

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
  const env = { DATABASE_URL: database.url, FLASK_ENV: 'development' }
  const { ms: _, ...ended } = await runScript('scripts/admin.ts', line.split(' ').filter(Boolean), {
    env,
    input,
  })
  return ended
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

test('a person with one name has no last one', async () => {
  const made = await admin(
    'create-facilitator --email prince@studio.test --first-name Prince',
    'four words or more',
  )
  assert.match(made.output, /is now facilitator \d+, with a new account/)
  const listed = await admin('list-users --search prince@')
  assert.match(listed.output, /\tprince@studio\.test\tPrince\topen/)
  const nobody = await admin('create-admin --email nobody@studio.test --last-name Min')
  assert.deepEqual([nobody.code, nobody.errors], [1, '--first-name is missing.\n'.trim()])
})

test('an account that somebody else has opened is refused, or taken over', async () => {
  const body = { email: 'owner@studio.test', password: 'of-the-squatter', first_name: 'S', last_name: 'Q' }
  await booking.request('POST', '/api/auth/register', { body })
  const refused = await admin(`create-admin ${named(body.email)}`, 'a new password')
  assert.equal(refused.code, 1)
  assert.match(refused.errors, /nobody has proven.*Google.*: --existing gives it/)
  assert.equal((await find(body.email))?.is_admin, false)
  const taken = await admin(`create-facilitator ${named(body.email)} --existing`, 'a new password')
  assert.match(
    taken.output,
    /is now facilitator \d+; the account has the name that you gave and the new password, and/,
  )
  assert.deepEqual(
    [await logIn(body.email, 'of-the-squatter'), await logIn(body.email, 'a new password')],
    [401, 200],
  )
  const again = await admin(`create-facilitator ${named(body.email)} --password not-used-at-all`)
  assert.match(
    again.output,
    /already facilitator \d+; the account keeps .* password that you gave was not used/,
  )
  const piped = await admin(`create-facilitator ${named(body.email)} --existing`, 'not used at all')
  assert.match(piped.output, /already facilitator \d+.* password that you gave was not used/)
})

test('who was a facilitator is listed as a former one, and is one again with the password that is given', async () => {
  const email = 'fay@studio.test'
  const made = await admin(`create-facilitator ${named(email)}`, 'the first password')
  const role = /facilitator \d+/.exec(made.output)?.[0] ?? 'no id'
  const listed = async () => (await admin(`list-users --search ${email}`)).output.split('\t').slice(3, 5)
  assert.deepEqual(await listed(), ['open', role])
  await admin(`close-account --email ${email}`)
  assert.deepEqual(await listed(), ['closed', `former ${role}`])
  await admin(`reopen-account --email ${email}`)
  assert.deepEqual(await listed(), ['open', `former ${role}`])
  const again = await admin(`create-facilitator ${named(email)} --existing`, 'the second password')
  assert.match(again.output, new RegExp(`is now ${role}; the account has the name`))
  assert.deepEqual(await listed(), ['open', role])
  assert.deepEqual(
    [await logIn(email, 'the first password'), await logIn(email, 'the second password')],
    [401, 200],
  )
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
    `${user.id}\tbot@studio.test\tAnn Other\topen\taddress not proven\t1 booking ahead\n1 account.`,
  )
  const cancelled = await admin('cancel-bookings --email Bot@studio.test')
  assert.match(cancelled.output, /^1 booking of .* was cancelled, and they were taken from 0 waiting lists/)
  await book()
  const closed = await admin('close-account --email bot@studio.test')
  assert.match(closed.output, /is closed.*sessions have ended; 1 booking ahead was cancelled/)
  assert.equal((await find('bot@studio.test'))?.is_active, false)
  assert.match((await admin('close-account --email bot@studio.test')).output, /was closed already/)
  assert.match((await admin('reopen-account --email bot@studio.test')).output, /is open again/)
  assert.match((await admin('demote --email boss@studio.test')).output, /is no longer an admin/)
  assert.equal((await find(boss.email))?.is_admin, false)
  assert.match((await admin('demote --email boss@studio.test')).output, /was no admin/)
})

test('what cannot be done ends with code 1 and a sentence about what was typed', async () => {
  const boss = await aUser(booking.deps, { email: 'last@studio.test', is_admin: true })
  await sql`update users set is_admin = false where id <> ${boss.id}`.execute(booking.deps.db)
  const leader = await aUser(booking.deps, { email: 'leader@studio.test' })
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: leader.id })
  await anEvent(booking.deps, { facilitator_id })
  await aUser(booking.deps, { email: 'gone@studio.test', is_active: false })
  const cases: [string, RegExp][] = [
    ['close-account --email nobody@studio.test', /No account has this e-mail address: list-users/],
    ['close-account', /^--email is missing\.$/],
    ['reset-password --email nobody@studio.test', /No account has this e-mail address/],
    ['create-admin --email no-address --first-name A --last-name B', /^--email must be/],
    [
      'create-admin --email a@studio.test --first-name \u202e --last-name B',
      /^--first-name must be one line/,
    ],
    [`create-facilitator ${named('a@studio.test')} --experience-years few`, /^--experience-years must be/],
    ['reset-password --email last@studio.test --password short', /--password must have 8 to 128 characters/],
    ['demote --email last@studio.test', /only admin.*create-admin/],
    ['close-account --email leader@studio.test', /still leads 1 event: .* --leave-events/],
    [`create-admin ${named('gone@studio.test')}`, /is closed: .*reopen-account/],
  ]
  for (const [line, message] of cases) {
    const { code, output, errors } = await admin(line, 'a good password')
    assert.deepEqual([code, output], [1, ''], line)
    assert.match(errors, message)
    assert.doesNotMatch(errors, /check the id|leave_events|is_active|\w+_name|Check the request|\n {4}at /)
  }
})

test('what is no command is named, and help is given to who asks', async () => {
  const cases: [string, RegExp][] = [
    ['toString', /^There is no command “toString”\./],
    ['list-users everybody', /^“everybody” is one word too many\./],
    ['--email a@studio.test', /^Which command\?/],
    ['list-users --serach ann', /^There is no option --serach\./],
  ]
  for (const [line, message] of cases) {
    const { code, output, errors } = await admin(line)
    assert.deepEqual([code, output], [2, ''], line)
    assert.match(errors, message)
  }
  for (const line of ['', '--help', 'demote --help --unknown']) {
    const { code, output, errors } = await admin(line)
    assert.deepEqual([code, errors, output.split('\n')[0]], [0, '', 'Usage:'], line)
  }
})
