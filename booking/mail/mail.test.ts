import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, planMails, sendMails } from '#harness/apps/test-mail.ts'
import { figure } from '#harness/clients/read-metrics.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { forgetOldMails } from './mail.service.ts'

let booking: TestBooking
let admin: string

before(async () => {
  booking = await startTestBooking()
  admin = (await aUser(booking.deps, { is_admin: true })).token
})
after(() => booking.close())

const get = (path: string, token: string | undefined = admin) => booking.request('GET', path, { token })
const retry = (id: number | string, token: string | undefined = admin) =>
  booking.request('POST', `/api/mail/${id}/retry`, { token })

async function aReader(overrides: Parameters<typeof aUser>[1] = {}, title = 'Slow Flow') {
  const person = await aUser(booking.deps, overrides)
  const event_id = await anEvent(booking.deps, { title })
  await booking.request('POST', '/api/bookings/', { token: person.token, body: { event_id } })
  await planMails(booking.deps)
  const [mail] = await mailsOf(booking.deps, person.id)
  return { ...person, mail_id: mail?.id ?? 0, event_id }
}

test('admins see what waits and what was sent, and each mail as it was sent', async () => {
  const reader = await aReader({ first_name: 'Zora', last_name: 'Neale' })
  const waiting = await get('/api/mail?status=Waiting')
  assert.equal(waiting.status, 200)
  assert.deepEqual(
    waiting.body.mails.map(({ id, kind, status, subject, user }: Record<string, unknown>) => [
      id,
      kind,
      status,
      subject,
      user,
    ]),
    [
      [
        reader.mail_id,
        'booking-confirmed',
        'waiting',
        null,
        { id: reader.id, name: 'Zora Neale', email: reader.email },
      ],
    ],
  )
  assert.deepEqual(waiting.body.health, {
    is_on: true,
    is_server_away: false,
    waiting: 1,
    oldest_at: toWireTime(booking.clock.now()),
  })
  await sendMails(booking.deps)
  const { body } = await get(`/api/mail/${reader.mail_id}`)
  const { status, sent_to, attempts, ended_at, next_attempt_at, subject, text, html, calendar } = body.mail
  assert.deepEqual(
    [status, sent_to, attempts, ended_at, next_attempt_at],
    ['sent', reader.email, 1, toWireTime(booking.clock.now()), null],
  )
  assert.match(subject, /^Booked: Slow Flow, /)
  assert.match(text, /Your seat is booked/)
  assert.match(html, /^<!doctype html>/)
  assert.match(calendar, /^BEGIN:VCALENDAR/)
})

test('they are found by person, address and subject, and paged', async () => {
  const reader = await aReader({ first_name: 'Quirin' }, '100 % Rest_')
  await sendMails(booking.deps)
  for (const search of ['quirin', reader.email.toUpperCase(), '100 %', 'rest_'])
    assert.equal(
      (await get(`/api/mail?search=${encodeURIComponent(search)}`)).body.pagination.total,
      1,
      search,
    )
  assert.equal((await get('/api/mail?search=nobody-of-this-name')).body.pagination.total, 0)
  const { body } = await get('/api/mail?per_page=1&page=2')
  assert.equal(body.mails.length, 1)
  assert.equal(body.pagination.has_prev, true)
  assert.equal((await get('/api/mail?status=lost')).status, 400)
  assert.equal((await get('/api/mail?page=0')).status, 400)
})

test('others are not shown mails', async () => {
  const { mail_id, token } = await aReader()
  for (const path of ['/api/mail', `/api/mail/${mail_id}`]) {
    assert.equal((await booking.request('GET', path)).status, 401)
    assert.equal((await get(path, token)).status, 403)
  }
  assert.equal((await booking.request('POST', `/api/mail/${mail_id}/retry`)).status, 401)
  assert.equal((await retry(mail_id, token)).status, 403)
  assert.equal((await get('/api/mail/2000000000')).status, 404)
  assert.equal((await get('/api/mail/x')).status, 404)
})

test('a mail that waits is hastened; one that was sent or dropped is not sent again', async () => {
  const { mail_id } = await aReader()
  await booking.deps.db
    .updateTable('mails')
    .set({ next_attempt_at: new Date(booking.clock.now().getTime() + 3_600_000), attempts: 3 })
    .where('id', '=', mail_id)
    .execute()
  assert.equal((await retry('2000000000')).status, 404)
  const { status, body } = await retry(mail_id)
  assert.deepEqual([status, body.mail.status], [200, 'waiting'])
  await sendMails(booking.deps)
  const again = await retry(mail_id)
  assert.deepEqual([again.status, again.body.code], [409, 'mail_sent'])
  await booking.deps.db.updateTable('mails').set({ status: 'dropped' }).where('id', '=', mail_id).execute()
  assert.equal((await retry(mail_id)).body.code, 'mail_dropped')
  const entries = await get('/api/audit-log?action=mail.retried')
  assert.deepEqual(
    entries.body.entries.map(({ details }: { details: { mail_id: number } }) => details.mail_id),
    [mail_id],
  )
})

test('figures tell what waits, since when, and what became of attempts', async () => {
  await sendMails(booking.deps)
  const read = async (name: string, labels: Record<string, string> = {}) =>
    figure((await booking.request('GET', '/metrics')).body, name, labels)
  assert.equal(await read('stillpoint_mails_total', { outcome: 'failed' }), 0)
  const sent = (await read('stillpoint_mails_total', { outcome: 'sent' })) ?? 0
  await aReader()
  booking.clock.advance(120)
  assert.equal(await read('stillpoint_mail_queue_mails'), 1)
  assert.equal(await read('stillpoint_mail_queue_age_seconds'), 120)
  await sendMails(booking.deps)
  assert.equal(await read('stillpoint_mail_queue_mails'), 0)
  assert.equal(await read('stillpoint_mail_queue_age_seconds'), 0)
  assert.equal(await read('stillpoint_mails_total', { outcome: 'sent' }), sent + 1)
})

test('a person’s mails are in the export of their account', async () => {
  const { token } = await aReader()
  await sendMails(booking.deps)
  const { body } = await get('/api/auth/export', token)
  assert.equal(body.mails.length, 1)
  assert.match(body.mails[0].text, /Your seat is booked/)
})

test('development shows kept mails on the machine itself, and nowhere else', async () => {
  const { mail_id, email } = await aReader({}, 'A <b>bold</b> title')
  const waiting = await booking.request('GET', '/dev/mail')
  assert.equal(waiting.status, 200)
  assert.match(waiting.body, /not written yet/)
  await sendMails(booking.deps)
  const list = await booking.request('GET', '/dev/mail')
  assert.ok(list.body.includes(email) && list.body.includes(`/dev/mail/${mail_id}`))
  assert.ok(!list.body.includes('<b>bold'))
  const one = await booking.request('GET', `/dev/mail/${mail_id}`)
  assert.match(one.body, /<iframe[\s\S]*<pre[\s\S]*BEGIN:VCALENDAR/)
  const html = await booking.request('GET', `/dev/mail/${mail_id}/html`)
  assert.match(String(html.headers['content-type']), /text\/html/)
  assert.match(String(html.headers['content-security-policy']), /default-src 'none'/)
  for (const path of ['/dev/mail/2000000000', '/dev/mail/2000000000/html', '/dev/mail/x'])
    assert.equal((await booking.request('GET', path)).status, 404, path)
  const proxied = await booking.request('GET', '/dev/mail', { headers: { 'x-forwarded-for': '1.2.3.4' } })
  assert.equal(proxied.status, 404)
  for (const env of [{ MAIL: 'off' }, { SMTP_URL: 'smtp://localhost:1', MAIL_FROM: 'a@b.example' }]) {
    const other = await startTestBooking({ env })
    assert.equal((await other.request('GET', '/dev/mail')).status, 404)
    await other.close()
  }
})

test('after 90 days mails are forgotten', async () => {
  const { id } = await aReader()
  await sendMails(booking.deps)
  booking.clock.advance(89 * 86_400)
  await forgetOldMails(booking.deps)
  assert.equal((await mailsOf(booking.deps, id)).length, 1)
  booking.clock.advance(2 * 86_400)
  await forgetOldMails(booking.deps)
  assert.equal((await mailsOf(booking.deps, id)).length, 0)
})
