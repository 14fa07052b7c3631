import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { oweResets } from '#booking/account/recovery/password-reset.service.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, planMails, sendMails } from '#harness/apps/test-mail.ts'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { planReminders } from '../planning/planner.ts'

let receiver: SmtpReceiver
let booking: TestBooking

before(async () => {
  receiver = await startSmtpReceiver()
  booking = await startTestBooking({
    env: {
      SMTP_URL: receiver.url,
      MAIL_FROM: 'hello@studio.example',
      PUBLIC_URL: 'https://studio.example',
      CORS_ORIGINS: 'https://studio.example',
    },
  })
})
after(async () => {
  await booking.close()
  await receiver.close()
})

const choose = (token: string | undefined, body: unknown) =>
  booking.request('PUT', '/api/auth/preferences', { token, body })
const chosen = async (token: string) =>
  (await booking.request('GET', '/api/auth/account', { token })).body.preferences
const book = async (token: string, event_id: number): Promise<number> =>
  (await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).body.booking.id
const cancel = (token: string, path: string) => booking.request('PUT', path, { token })
const statesOf = async (id: number) =>
  Object.fromEntries((await mailsOf(booking.deps, id)).map(({ kind, status }) => [kind, status]))
const inDays = (days: number) => new Date(booking.clock.now().getTime() + days * 86_400_000)

const ALL_ON = { reminders: true, booking_mails: true, new_bookings: true, cancellations: true }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** Somebody who has booked, and the link at the end of the mail about it. */
async function aReader() {
  const person = await aUser(booking.deps)
  await book(person.token, await anEvent(booking.deps))
  await sendMails(booking.deps)
  const mail = receiver.mails.findLast(({ to }) => to === person.email)
  const header = (name: string) =>
    mail?.email.headers.find(({ key }) => key === name.toLowerCase())?.value ?? ''
  const link = header('List-Unsubscribe').replace(/^<https:\/\/studio\.example(.*)>$/, '$1')
  return { ...person, mail, header, link }
}

test('nobody chooses for somebody else, and what is no preference changes nothing', async () => {
  const [own, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const { status, body } = await choose(own.token, {
    reminders: false,
    user_id: other.id,
    id: other.id,
    odd: 1,
  })
  assert.deepEqual([status, body.preferences], [200, { ...ALL_ON, reminders: false }])
  assert.deepEqual(await chosen(other.token), ALL_ON)
  assert.deepEqual((await choose(own.token, { event_id: 1 })).body.preferences, body.preferences)
})

test('who has switched reminders and confirmations off gets none', async () => {
  const { id, token } = await aUser(booking.deps)
  const { status, body } = await choose(token, { reminders: false, booking_mails: false })
  assert.equal(status, 200)
  assert.deepEqual(body.preferences, { ...ALL_ON, reminders: false, booking_mails: false })
  assert.deepEqual(await chosen(token), body.preferences)
  await book(token, await anEvent(booking.deps, { start_datetime: inDays(2) }))
  const cancelled = await book(token, await anEvent(booking.deps, { start_datetime: inDays(3) }))
  await cancel(token, `/api/bookings/${cancelled}/cancel`)
  booking.clock.advance(1.5 * 86_400)
  await planReminders(booking.deps)
  await sendMails(booking.deps)
  assert.deepEqual(await statesOf(id), {
    'booking-confirmed': 'dropped',
    'booking-cancelled': 'dropped',
    reminder: 'dropped',
  })
})

test('what the studio does is told in any case', async () => {
  const leader = await anOrganiser(booking.deps)
  const { id, token } = await aUser(booking.deps)
  await choose(token, { reminders: false, booking_mails: false })
  const event_id = await anEvent(booking.deps, { facilitator_id: leader.facilitator_id })
  await book(token, event_id)
  await cancel(leader.token, `/api/events/${event_id}/cancel`)
  await sendMails(booking.deps)
  assert.equal((await statesOf(id))['event-cancelled'], 'sent')
})

test('facilitators choose what they hear of bookings, and others have nothing to choose there', async () => {
  const leader = await anOrganiser(booking.deps)
  assert.equal((await choose(leader.token, { new_bookings: false })).status, 200)
  const event_id = await anEvent(booking.deps, { facilitator_id: leader.facilitator_id })
  const { token } = await aUser(booking.deps)
  await book(token, event_id)
  const gone = await aUser(booking.deps)
  await cancel(gone.token, `/api/bookings/${await book(gone.token, event_id)}/cancel`)
  await planMails(booking.deps)
  booking.clock.advance(1_300)
  await sendMails(booking.deps)
  assert.deepEqual(await statesOf(leader.id), { 'bookings-made': 'dropped', 'bookings-cancelled': 'sent' })
  const refused = await choose(token, { cancellations: false })
  assert.deepEqual([refused.status, refused.body.code], [403, 'facilitators_only'])
})

test('a choice is a yes or a no, of somebody who is logged in; what is left out stays', async () => {
  const { token } = await aUser(booking.deps)
  for (const body of [{ reminders: 'perhaps' }, { booking_mails: null }, []])
    assert.equal((await choose(token, body)).status, 400, JSON.stringify(body))
  assert.equal((await choose(undefined, { reminders: false })).status, 401)
  await choose(token, { reminders: false })
  await choose(token, { booking_mails: false })
  assert.deepEqual((await choose(token, {})).body.preferences, {
    ...ALL_ON,
    reminders: false,
    booking_mails: false,
  })
  assert.deepEqual((await choose(token, { reminders: true, booking_mails: true })).body.preferences, ALL_ON)
})

test('the link in a mail switches such mails off without a login, by a POST only', async () => {
  const { token, link, mail, header } = await aReader()
  assert.equal(header('List-Unsubscribe-Post'), 'List-Unsubscribe=One-Click')
  assert.ok(mail?.email.text?.includes(`https://studio.example${link}`))
  assert.match(mail?.email.html ?? '', /Switch these mails off<\/a>/)
  for (const method of ['GET', 'HEAD'] as const) {
    const { status, body, headers } = await booking.request(method, link)
    assert.equal(status, 200)
    assert.equal(headers['referrer-policy'], 'no-referrer')
    if (method === 'GET') assert.match(body, /<form method="post"><button>Switch off<\/button>/)
  }
  assert.deepEqual(await chosen(token), ALL_ON)
  const done = await booking.request('POST', link, { body: 'List-Unsubscribe=One-Click', headers: FORM })
  assert.equal(done.status, 200)
  assert.match(done.body, /no more confirmations/)
  assert.deepEqual(await chosen(token), { ...ALL_ON, booking_mails: false })
  const again = await booking.request('POST', link, { body: 'List-Unsubscribe=One-Click', headers: FORM })
  assert.equal(again.status, 200)
})

test('mail programs may send any form, or none', async () => {
  for (const type of ['multipart/form-data; boundary=x', 'text/plain', undefined]) {
    const { token, link } = await aReader()
    const sent = type === undefined ? {} : { body: 'x', headers: { 'content-type': type } }
    assert.equal((await booking.request('POST', link, sent)).status, 200)
    assert.equal((await chosen(token)).booking_mails, false)
  }
})

test('a link that was not signed here changes nothing', async () => {
  const { token, id, link } = await aReader()
  const other = await aUser(booking.deps)
  const signature = link.split('.').at(-1)
  for (const wrong of [
    '/unsubscribe',
    link.slice(0, -1),
    `${link}x`,
    link.replace('booking_mails', 'reminders'),
    `/unsubscribe?link=${other.id}.booking_mails.${signature}`,
    `/unsubscribe?link=${id}.__proto__.${signature}`,
    `/unsubscribe?link=99999999999999.booking_mails.${signature}`,
  ]) {
    for (const method of ['GET', 'POST'] as const) {
      const sent = method === 'POST' ? { body: 'x', headers: FORM } : {}
      const { status, body } = await booking.request(method, wrong, sent)
      assert.equal(status, 400, wrong)
      assert.match(body, /This link is not complete/)
    }
  }
  assert.deepEqual([await chosen(token), await chosen(other.token)], [ALL_ON, ALL_ON])
})

test('a link goes on working after the secret was changed, as long as the one before is known', async () => {
  const secrets = { JWT_SECRET_KEY: 'the-first-secret-of-more-than-32-bytes' }
  const first = await startTestBooking({ env: secrets })
  const { token, id } = await aUser(first.deps)
  const event_id = await anEvent(first.deps)
  await first.request('POST', '/api/bookings/', { token, body: { event_id } })
  await sendMails(first.deps)
  const [mail] = await mailsOf(first.deps, id)
  const [link = ''] = /\/unsubscribe\?link=\S+/.exec(mail?.body_text ?? '') ?? []
  await first.close()
  const secret = 'the-second-secret-of-more-than-32-bytes'
  for (const [JWT_SECRET_KEY_PREVIOUS, expected] of [
    [secrets.JWT_SECRET_KEY, 200],
    [undefined, 400],
  ] as const) {
    const next = await startTestBooking({
      env: { JWT_SECRET_KEY: secret, ...(JWT_SECRET_KEY_PREVIOUS && { JWT_SECRET_KEY_PREVIOUS }) },
    })
    assert.equal((await next.request('GET', link)).status, expected)
    await next.close()
  }
})

test('mails about the account and about changes have no such link', async () => {
  const { id, email } = await aUser(booking.deps)
  await booking.request('POST', '/api/auth/forgot-password', { body: { email } })
  await oweResets(booking.deps)
  await sendMails(booking.deps)
  assert.equal((await statesOf(id))['password-reset'], 'sent')
  const mail = receiver.mails.findLast(({ to }) => to === email)
  assert.equal(
    mail?.email.headers.some(({ key }) => key.startsWith('list-')),
    false,
  )
})
