import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { UserRow } from '#booking/database/user.table.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { linkTo, tokenIn } from '#harness/apps/test-links.ts'
import { mailsOf, sendMails } from '#harness/apps/test-mail.ts'
import { startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { aUser } from '#harness/data/factories.ts'
import { oweResets } from './password-reset.service.ts'

const PASSWORD = 'the-first-password'
const ANOTHER = 'the-second-password'
const HOUR = 3_600

let booking: TestBooking
let password_hash: string

before(async () => {
  booking = await startTestBooking()
  password_hash = await hashPassword(PASSWORD)
})
after(() => booking.close())

type At = Pick<TestBooking, 'request' | 'deps'>

const ask = (email: unknown, at: At = booking) =>
  at.request('POST', '/api/auth/forgot-password', { body: { email } })
const reset = (token: string, password = ANOTHER, at: At = booking) =>
  at.request('POST', '/api/auth/reset-password', { body: { token, password } })
const logIn = async (email: string, password: string) =>
  (await booking.request('POST', '/api/auth/login', { body: { email, password } })).status
const profile = async (token: string) => (await booking.request('GET', '/api/auth/profile', { token })).status
const actionsOf = async (user_id: number) =>
  (
    await booking.deps.db
      .selectFrom('audit_log')
      .select('action')
      .where('subject', '=', 'user')
      .where('subject_id', '=', user_id)
      .orderBy('id')
      .execute()
  ).map(({ action }) => action)

async function forgetful(overrides: Parameters<typeof aUser>[1] = {}, at: At = booking) {
  const user = await aUser(at.deps, { password_hash, ...overrides })
  assert.equal((await ask(user.email, at)).status, 202)
  return { user, ...(await linkTo(at.deps, user.id, 'password-reset')) }
}

test('a mailed link sets a new password once, ends every session and is told of', async () => {
  const { user, token, mail } = await forgetful()
  const { access_token, refresh_token } = await booking.deps.identity.sessions.start(user)
  assert.equal(mail?.sent_to, user.email)
  assert.match(mail?.body_text ?? '', /\/reset-password#/)
  const { status, body } = await reset(token)
  assert.deepEqual([status, body], [200, { message: 'Password changed successfully' }])
  assert.deepEqual([await logIn(user.email, PASSWORD), await logIn(user.email, ANOTHER)], [401, 200])
  assert.deepEqual([await profile(user.token), await profile(access_token)], [401, 401])
  assert.equal((await booking.request('POST', '/api/auth/refresh', { token: refresh_token })).status, 401)
  assert.equal((await userStore.findById(booking.deps.db, user.id))?.email_proven, true)
  assert.deepEqual(await actionsOf(user.id), ['user.password_reset_requested', 'user.password_reset'])

  const again = await reset(token, 'a-third-password')
  assert.deepEqual([again.status, again.body.code], [400, 'link_invalid'])
  await sendMails(booking.deps)
  assert.deepEqual(
    (await mailsOf(booking.deps, user.id)).map(({ kind, status }) => [kind, status]),
    [
      ['password-reset', 'sent'],
      ['password-changed', 'sent'],
    ],
  )
})

test('two requests with one link: one sets its password', async () => {
  const { token } = await forgetful()
  const answers = await Promise.all(
    ['a-third-password', 'a-fourth-password'].map((each) => reset(token, each)),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400])
})

test('a link expires after an hour, and is replaced by a newer one', async () => {
  const old = await forgetful()
  booking.clock.advance(HOUR)
  assert.equal((await reset(old.token)).status, 400)
  const first = await forgetful()
  assert.equal((await ask(`  ${first.user.email.toUpperCase()} `)).status, 202)
  const second = await linkTo(booking.deps, first.user.id, 'password-reset')
  assert.notEqual(second.token, first.token)
  assert.equal((await reset(first.token)).status, 400)
  assert.equal((await reset(second.token)).status, 200)
})

test('a link ends with the password, the address and the account that it was for', async () => {
  const { db, identity } = booking.deps
  const changed = await forgetful()
  const { access_token } = await identity.sessions.start(changed.user)
  await booking.request('PUT', '/api/auth/password', {
    token: access_token,
    body: { current_password: PASSWORD, new_password: ANOTHER },
  })
  const moved = await forgetful()
  await moveTo(moved.user.token, `moved-${moved.user.email}`)
  const closed = await forgetful()
  await userStore.update(db, closed.user.id, { is_active: false })
  for (const { token } of [changed, moved, closed]) assert.equal((await reset(token)).status, 400)
})

const moveTo = (token: string, email: string, at: At = booking) =>
  at.request('PUT', '/api/auth/profile', { token, body: { email, current_password: PASSWORD } })

test('a link that ended with an address stays so when the account goes back to it', async () => {
  const { user, token } = await forgetful()
  const confirm = async (link: string) =>
    (await booking.request('POST', '/api/auth/verify-email', { token: user.token, body: { token: link } }))
      .status
  await booking.request('POST', '/api/auth/verify-email/resend', { token: user.token })
  const { token: confirmation } = await linkTo(booking.deps, user.id, 'email-confirmation')
  for (const email of [`elsewhere-${user.email}`, user.email])
    assert.equal((await moveTo(user.token, email)).status, 200)
  assert.deepEqual([(await reset(token)).status, await confirm(confirmation)], [400, 400])
  const again = await linkTo(booking.deps, user.id, 'email-confirmation')
  assert.equal(await confirm(again.token), 200, 'the address is asked again')
})

test('what is asked for twice before it is sent is one mail', async () => {
  const user = await aUser(booking.deps, { password_hash })
  await ask(user.email)
  await ask(user.email)
  const { token } = await linkTo(booking.deps, user.id, 'password-reset')
  assert.deepEqual((await mailsOf(booking.deps, user.id)).map(({ status }) => status).sort(), [
    'dropped',
    'sent',
  ])
  assert.equal((await reset(token)).status, 200)
})

test('a mail that could not be sent within the hour is not sent any more', async () => {
  const user = await aUser(booking.deps, { password_hash })
  await ask(user.email)
  await oweResets(booking.deps)
  booking.clock.advance(HOUR)
  await sendMails(booking.deps)
  assert.deepEqual(
    (await mailsOf(booking.deps, user.id)).map(({ status }) => status),
    ['dropped'],
  )
})

test('closed accounts get nothing, and nor do addresses without an account; nobody can tell', async () => {
  const known = await aUser(booking.deps, { password_hash })
  const closed = await aUser(booking.deps, { password_hash, is_active: false })
  const google = await aUser(booking.deps, { google_sub: 'google-of-forgetful' })
  const answers = []
  for (const email of [known.email, closed.email, google.email, 'nobody-at-all@example.com', 'a@b']) {
    const { status, body, headers } = await ask(email)
    answers.push({ status, body, length: headers['content-length'] })
  }
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  while (await oweResets(booking.deps)) {}
  const owed = async ({ id }: { id: number }) => (await mailsOf(booking.deps, id)).length
  assert.deepEqual([await owed(known), await owed(closed), await owed(google)], [1, 0, 1])
  const left = await booking.deps.db.selectFrom('password_reset_requests').selectAll().execute()
  assert.deepEqual(left, [])
})

test('the answer does not wait for a look at the accounts', async () => {
  const user = await aUser(booking.deps, { password_hash })
  await booking.deps.db.transaction().execute(async (trx) => {
    // Whatever reads or writes the account has to wait for this.
    await trx.schema.alterTable('users').addColumn('locked', 'boolean').execute()
    for (const email of [user.email, 'nobody-at-all@example.com'])
      assert.equal((await ask(email)).status, 202)
    await trx.schema.alterTable('users').dropColumn('locked').execute()
  })
})

test('a first password of an account whose address nobody had proven removes its Google account', async () => {
  const { user, token } = await forgetful({ google_sub: 'somebody-elses-google' })
  await reset(token)
  assert.equal((await userStore.findById(booking.deps.db, user.id))?.google_sub, null)
  const proven = await forgetful({ google_sub: 'their-google', email_proven: true, password_hash: null })
  await reset(proven.token)
  assert.equal((await userStore.findById(booking.deps.db, proven.user.id))?.google_sub, 'their-google')
})

test('what is missing or unsuitable is refused, and uses no link up', async () => {
  for (const email of [undefined, '', 'no-address', 7, 'x'.repeat(300)])
    assert.equal((await ask(email)).status, 400, String(email))
  const { token } = await forgetful()
  for (const password of ['short', 'password123']) assert.equal((await reset(token, password)).status, 400)
  for (const wrong of ['', 'x', `${token}x`, 'x'.repeat(300)])
    assert.equal((await reset(wrong)).status, 400, wrong)
  for (const method of ['GET', 'HEAD'] as const)
    assert.equal((await booking.request(method, `/api/auth/reset-password?token=${token}`)).status, 405)
  assert.equal((await reset(token)).status, 200)
})

test('requests are limited per account, known or not, and per address; guessed links too', async () => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' } })
  const user = await aUser(own.deps, { password_hash })
  for (const email of [user.email, 'nobody-at-all@example.com']) {
    const answers = []
    for (let i = 0; i < 6; i++) answers.push((await ask(email, own)).status)
    assert.deepEqual(answers, [202, 202, 202, 202, 202, 429])
  }
  let status = 202
  for (let i = 0; i < 30 && status === 202; i++) status = (await ask(`somebody-${i}@example.com`, own)).status
  assert.equal(status, 429)
  const { token } = await linkTo(own.deps, user.id, 'password-reset')
  let guessed = 400
  for (let i = 0; i < 201 && guessed === 400; i++) guessed = (await reset(`guess-${i}`, ANOTHER, own)).status
  assert.equal(guessed, 429)
  assert.equal((await reset(token, ANOTHER, own)).status, 200)
  await own.close()
})

test('with MAIL=off it says whom to ask', async () => {
  const own = await startTestBooking({ env: { MAIL: 'off' } })
  const { status, body } = await ask('john.doe@example.com', own)
  assert.deepEqual([status, body.code], [503, 'mail_off'])
  assert.match(body.error, /ask it to set a new password/)
  await own.close()
})

test('what is kept of a mail that left has no link; a copy after a lost answer has the same one', async () => {
  const receiver = await startSmtpReceiver()
  const own = await startTestBooking({ env: { SMTP_URL: receiver.url, MAIL_FROM: 'hello@studio.example' } })
  receiver.conduct = () => 'accept and drop before the answer'
  const { user } = await forgetful({}, own)
  receiver.conduct = () => 'accept'
  own.clock.advance(600)
  assert.deepEqual(await sendMails(own.deps), ['sent'])
  const [first, second] = receiver.mails
  const token = tokenIn(first?.email.text ?? '')
  assert.ok(token)
  assert.equal(tokenIn(second?.email.text ?? ''), token)
  assert.equal(first?.id, second?.id)
  const admin = await aUser(own.deps, { is_admin: true })
  const [mail] = await mailsOf(own.deps, user.id)
  const shown = await own.request('GET', `/api/mail/${mail?.id}`, { token: admin.token })
  assert.match(shown.body.mail.text, /reset-password#\(not shown\)/)
  const tables = await own.deps.db.selectFrom('mails').selectAll().execute()
  const links = await own.deps.db.selectFrom('link_tokens').selectAll().execute()
  assert.doesNotMatch(JSON.stringify([tables, links, shown.body]), new RegExp(token))
  assert.equal((await reset(token, ANOTHER, own)).status, 200)
  await own.close()
  await receiver.close()
})

test('a link that has ended is not mailed again, and does not begin anew', async (t) => {
  const receiver = await startSmtpReceiver()
  const own = await startTestBooking({ env: { SMTP_URL: receiver.url, MAIL_FROM: 'hello@studio.example' } })
  t.after(async () => {
    await own.close()
    await receiver.close()
  })
  const ways: Record<string, (user: UserRow & { token: string }) => Promise<{ status: number }>> = {
    'another address': ({ token, email }) => moveTo(token, `elsewhere-${email}`, own),
    'another password': ({ token }) =>
      own.request('PUT', '/api/auth/password', {
        token,
        body: { current_password: PASSWORD, new_password: ANOTHER },
      }),
  }
  for (const [name, end] of Object.entries(ways)) {
    receiver.conduct = () => 'accept and drop before the answer'
    const { user } = await forgetful({}, own)
    const token = tokenIn(receiver.mails.at(-1)?.email.text ?? '')
    assert.equal((await end(user)).status, 200)
    receiver.conduct = () => 'accept'
    own.clock.advance(600)
    await sendMails(own.deps)
    const [mail] = (await mailsOf(own.deps, user.id)).filter(({ kind }) => kind === 'password-reset')
    assert.deepEqual([mail?.status, (await reset(token, ANOTHER, own)).status], ['dropped', 400], name)
  }
})

test('a link that was used is not mailed again', async () => {
  const receiver = await startSmtpReceiver()
  const own = await startTestBooking({ env: { SMTP_URL: receiver.url, MAIL_FROM: 'hello@studio.example' } })
  receiver.conduct = () => 'accept and drop before the answer'
  const { user } = await forgetful({}, own)
  assert.equal((await reset(tokenIn(receiver.mails[0]?.email.text ?? ''), ANOTHER, own)).status, 200)
  receiver.conduct = () => 'accept'
  own.clock.advance(600)
  assert.deepEqual((await sendMails(own.deps)).sort(), ['dropped', 'sent'])
  const sent = (await mailsOf(own.deps, user.id)).filter(({ status }) => status === 'sent')
  assert.deepEqual(
    sent.map(({ kind }) => kind),
    ['password-changed'],
  )
  await own.close()
  await receiver.close()
})

test('in production demo accounts get no link', async () => {
  const email = 'demo@example.com'
  const { deps } = booking
  const demo = await aUser(deps, { email, password_hash, is_demo: true })
  await ask(email)
  const production = { ...deps, config: { ...deps.config, production: true } }
  while (await oweResets(production)) {}
  assert.deepEqual(await mailsOf(deps, demo.id), [])
})
