import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { linkTo } from '#harness/apps/test-links.ts'
import { mailsOf, sendMails } from '#harness/apps/test-mail.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'

const PASSWORD = 'the-first-password'
const DAY = 86_400

let booking: TestBooking
let password_hash: string

before(async () => {
  booking = await startTestBooking()
  password_hash = await hashPassword(PASSWORD)
})
after(() => booking.close())

type At = Pick<TestBooking, 'request' | 'deps'>

const confirm = (token: string | undefined, link: unknown) =>
  booking.request('POST', '/api/auth/verify-email', { token, body: { token: link } })
const resend = (token: string | undefined, at: At = booking) =>
  at.request('POST', '/api/auth/verify-email/resend', { token })
const isConfirmed = async (token: string) =>
  (await booking.request('GET', '/api/auth/account', { token })).body.account.email_verified

/** Somebody who has registered, with the link that came by mail. */
async function newcomer() {
  const person = { email: `${randomUUID()}@example.com`, password: PASSWORD, first_name: 'N', last_name: 'C' }
  const { body } = await booking.request('POST', '/api/auth/register', { body: person })
  const logged = await booking.request('POST', '/api/auth/login', { body: person })
  const id = body.user.id as number
  return { id, ...person, token: logged.body.access_token as string, ...(await aLinkTo(id)) }
}

async function aLinkTo(id: number) {
  const { token: link, mail } = await linkTo(booking.deps, id, 'email-confirmation')
  return { link, mail }
}

test('a new account books at once, and confirms its address by the mailed link', async () => {
  const { token, link, mail, email } = await newcomer()
  assert.equal(mail?.sent_to, email)
  assert.match(mail?.body_text ?? '', /has opened an account.*\/verify-email#/s)
  assert.equal(await isConfirmed(token), false)
  const event_id = await anEvent(booking.deps)
  assert.equal((await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).status, 201)
  const { status, body } = await confirm(token, link)
  assert.deepEqual([status, body], [200, { message: 'Your e-mail address is confirmed' }])
  assert.equal(await isConfirmed(token), true)
  const again = await confirm(token, link)
  assert.deepEqual([again.status, again.body.code], [409, 'email_verified'])
})

test('a link needs the login of its account: nobody confirms what a squatter has opened', async () => {
  const { token, link } = await newcomer()
  const other = await newcomer()
  assert.equal((await confirm(undefined, link)).status, 401)
  const foreign = await confirm(other.token, link)
  assert.deepEqual([foreign.status, foreign.body.code], [403, 'other_account'])
  assert.equal((await confirm(token, link)).status, 200, 'it was not used up')
})

test('wrong and expired links are refused, and what is no link', async () => {
  const { token, link } = await newcomer()
  for (const wrong of [undefined, '', 7, 'x', `${link}x`, 'x'.repeat(300)])
    assert.equal((await confirm(token, wrong)).status, 400, String(wrong))
  const reset = await aUser(booking.deps, { password_hash })
  await booking.request('POST', '/api/auth/forgot-password', { body: { email: reset.email } })
  const forPassword = await linkTo(booking.deps, reset.id, 'password-reset')
  assert.equal((await confirm(reset.token, forPassword.token)).status, 400, 'it is for something else')
  booking.clock.advance(3 * DAY)
  const late = await booking.deps.identity.sessions.issue('access', reset)
  assert.equal((await confirm(late, link)).status, 400)
})

test('the link is mailed again, and replaces the one before', async () => {
  const { id, token, link } = await newcomer()
  const { status, body } = await resend(token)
  assert.deepEqual([status, body], [202, { message: 'A link is on its way to your e-mail address' }])
  const second = await aLinkTo(id)
  assert.equal((await confirm(token, link)).body.code, 'link_invalid')
  assert.equal((await confirm(token, second.link)).status, 200)
  assert.deepEqual([(await resend(token)).status, (await resend(undefined)).status], [409, 401])
})

test('sending it again is limited', async () => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' } })
  const { token } = await aUser(own.deps)
  const answers = []
  for (let i = 0; i < 6; i++) answers.push((await resend(token, own)).status)
  assert.deepEqual(answers, [202, 202, 202, 202, 202, 429])
  await own.close()
})

test('another address holds at once, is asked to confirm, and the one before is told', async () => {
  const { id, token, link, email } = await newcomer()
  await confirm(token, link)
  const moved = `moved-${email}`
  const { body } = await booking.request('PUT', '/api/auth/profile', {
    token,
    body: { email: moved, current_password: PASSWORD },
  })
  assert.equal(body.user.email, moved)
  const second = await aLinkTo(id)
  assert.deepEqual((await mailsOf(booking.deps, id)).map(({ kind, sent_to }) => [kind, sent_to]).sort(), [
    ['email-changed', email],
    ['email-confirmation', email],
    ['email-confirmation', moved],
  ])
  assert.equal(await isConfirmed(token), false)
  assert.equal((await confirm(token, second.link)).status, 200)
  const told = (await mailsOf(booking.deps, id)).find(({ kind }) => kind === 'email-changed')
  assert.doesNotMatch(told?.body_text ?? '', /moved-/)
})

test('a change of the name, or of how the address is written, causes no mail', async () => {
  const { id, token, link, email } = await newcomer()
  await confirm(token, link)
  for (const body of [{ first_name: 'Another' }, { email: email.toUpperCase() }])
    assert.equal((await booking.request('PUT', '/api/auth/profile', { token, body })).status, 200)
  await sendMails(booking.deps)
  assert.equal((await mailsOf(booking.deps, id)).length, 1)
})

test('nor does an unconfirmed address that is written differently, again and again', async () => {
  const { id, token, email } = await newcomer()
  for (const each of [email.toUpperCase(), ` ${email} `, email.replace('example', 'Example'), email])
    assert.equal(
      (await booking.request('PUT', '/api/auth/profile', { token, body: { email: each } })).status,
      200,
    )
  await sendMails(booking.deps)
  assert.equal((await mailsOf(booking.deps, id)).length, 1)
})

test('an account that moves to and fro stops writing to an address that is not its own', async () => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' } })
  const [home, victim] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`]
  const { id, token } = await aUser(own.deps, { email: home, password_hash })
  const statuses = []
  let email = victim
  for (let i = 0; i < 8; i++) {
    const body = { email, current_password: PASSWORD }
    const { status } = await own.request('PUT', '/api/auth/profile', { token, body })
    statuses.push(status)
    if (status === 200) email = email === home ? victim : home
    await sendMails(own.deps)
  }
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429, 429])
  const told = (await mailsOf(own.deps, id)).filter(({ sent_to }) => sent_to === victim)
  assert.ok(told.length <= 5, String(told.length))
  await own.close()
})

test('with MAIL=off there is nothing to send, and nothing to confirm', async () => {
  const own = await startTestBooking({ env: { MAIL: 'off' } })
  const user = await aUser(own.deps, { password_hash })
  const { status, body } = await resend(user.token, own)
  assert.deepEqual([status, body.code], [503, 'mail_off'])
  const moved = await own.request('PUT', '/api/auth/profile', {
    token: user.token,
    body: { email: `moved-${user.email}`, current_password: PASSWORD },
  })
  assert.equal(moved.status, 200)
  assert.deepEqual(await mailsOf(own.deps, user.id), [])
  await own.close()
})

test('a name cannot add headers or recipients to a mail', async () => {
  const { body } = await booking.request('POST', '/api/auth/register', {
    body: {
      email: `${randomUUID()}@example.com`,
      password: PASSWORD,
      first_name: 'Eve\r\nBcc: everybody@example.com',
      last_name: 'X',
    },
  })
  assert.equal(body.code, 'validation_failed')
})
