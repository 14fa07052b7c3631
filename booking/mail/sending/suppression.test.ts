import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { UserRow } from '#booking/database/user.table.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { forgetOldMails } from '#booking/mail/mail.service.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, sendMails } from '#harness/apps/test-mail.ts'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'

const password = 'the-only-password'
const DAY = 86_400
const NO_MAILBOX = { code: 550, message: '5.1.1 No such mailbox' }

let receiver: SmtpReceiver
let booking: TestBooking
let password_hash: string

before(async () => {
  receiver = await startSmtpReceiver()
  const env = { SMTP_URL: receiver.url, MAIL_FROM: 'Studio <hello@studio.example>' }
  booking = await startTestBooking({ env })
  password_hash = await hashPassword(password)
})
after(async () => {
  await booking.close()
  await receiver.close()
})
afterEach(() => {
  receiver.conduct = () => 'accept'
  receiver.refused.clear()
})

const someone = () => aUser(booking.deps, { password_hash })
const tokenOf = (user: UserRow) => booking.deps.identity.sessions.issue('access', user)

let events = 0

/** Books another event, and sends what is owed. */
async function bookOnce(user: UserRow): Promise<string[]> {
  const start_datetime = new Date(booking.clock.now().getTime() + (30 + events++) * DAY * 1_000)
  const event_id = await anEvent(booking.deps, { start_datetime })
  const { status } = await booking.request('POST', '/api/bookings/', {
    token: await tokenOf(user),
    body: { event_id },
  })
  assert.equal(status, 201)
  return sendMails(booking.deps)
}

async function aBouncedReader() {
  const reader = await someone()
  receiver.refused.set(reader.email, NO_MAILBOX)
  assert.deepEqual(await bookOnce(reader), ['failed'])
  assert.deepEqual(await bookOnce(reader), ['dropped'])
  receiver.refused.clear()
  return reader
}

/** All that is stored of suppressed addresses, whatever its form. */
const storedAddresses = async () =>
  JSON.stringify(await booking.deps.db.selectFrom('suppressed_addresses').selectAll().execute())

test('a relay that takes no mail from the studio for a while ends those mails, and no address', async () => {
  const reader = await someone()
  for (const answer of [
    { code: 550, message: 'Relaying denied' },
    { code: 550, message: '5.7.1 Relaying denied' },
    { code: 553, message: 'Sender verify failed: no such user here' },
  ]) {
    receiver.refused.set(reader.email, answer)
    assert.deepEqual(await bookOnce(reader), ['failed'], answer.message)
  }
  receiver.refused.clear()
  assert.deepEqual(await bookOnce(reader), ['sent'])
})

test('a mail that was dropped for its address is sent when an admin retries it, and so are those after it', async () => {
  const reader = await aBouncedReader()
  const admin = await aUser(booking.deps, { is_admin: true })
  const dropped = (await mailsOf(booking.deps, reader.id)).at(-1)
  const retry = (id = 0) => booking.request('POST', `/api/mail/${id}/retry`, { token: admin.token })
  const { status, body } = await retry(dropped?.id)
  assert.deepEqual([status, body.mail?.status], [200, 'waiting'], JSON.stringify(body))
  assert.deepEqual(await sendMails(booking.deps), ['sent'])
  assert.deepEqual(await bookOnce(reader), ['sent'])
})

test('after 90 days the next mail is tried again', async () => {
  const reader = await aBouncedReader()
  booking.clock.advance(89 * DAY)
  await forgetOldMails(booking.deps)
  assert.deepEqual(await bookOnce(reader), ['dropped'])
  booking.clock.advance(2 * DAY)
  assert.deepEqual(await bookOnce(reader), ['sent'])
  assert.match(await storedAddresses(), new RegExp(reader.email))
  await forgetOldMails(booking.deps)
  assert.doesNotMatch(await storedAddresses(), new RegExp(reader.email))
})

test('a new account with the address, and one that takes it again, are written to', async () => {
  const gone = await aBouncedReader()
  const move = async (email: string) => {
    const { status } = await booking.request('PUT', '/api/auth/profile', {
      token: await tokenOf(await current(gone.id)),
      body: { email, current_password: password },
    })
    assert.equal(status, 200)
    await sendMails(booking.deps)
  }
  const current = (id: number) =>
    booking.deps.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  await move(`moved-${gone.email}`)
  await move(gone.email)
  assert.deepEqual(await bookOnce(await current(gone.id)), ['sent'])

  const left = await aBouncedReader()
  await booking.request('PUT', '/api/auth/profile', {
    token: left.token,
    body: { email: `moved-${left.email}`, current_password: password },
  })
  await sendMails(booking.deps)
  const registered = await booking.request('POST', '/api/auth/register', {
    body: { email: left.email, password, first_name: 'New', last_name: 'Owner' },
  })
  assert.equal(registered.status, 201)
  assert.ok((await sendMails(booking.deps)).includes('sent'))
})

test('nothing is left of the addresses of an erased account: neither of an earlier one', async () => {
  const reader = await aBouncedReader()
  const moved = { email: `moved-${reader.email}`, current_password: password }
  assert.equal(
    (await booking.request('PUT', '/api/auth/profile', { token: reader.token, body: moved })).status,
    200,
  )
  assert.match(await storedAddresses(), new RegExp(reader.email))
  const { status } = await booking.request('DELETE', '/api/auth/account', {
    token: reader.token,
    body: { password },
  })
  assert.equal(status, 200)
  assert.doesNotMatch(await storedAddresses(), new RegExp(reader.email))
})

test('nor is one stored by an answer that comes after the erasure', async () => {
  const reader = await someone()
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  receiver.conduct = () => {
    asked.resolve()
    return { code: 550, message: `5.1.1 No mailbox ${reader.email}`, after: answer.promise }
  }
  const sending = bookOnce(reader)
  await asked.promise
  const { status } = await booking.request('DELETE', '/api/auth/account', {
    token: reader.token,
    body: { password },
  })
  assert.equal(status, 200)
  answer.resolve()
  assert.deepEqual(await sending, ['failed'])
  assert.doesNotMatch(await storedAddresses(), new RegExp(reader.email))
  assert.deepEqual(await mailsOf(booking.deps, reader.id), [])
})
