import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, sendMails } from '#harness/apps/test-mail.ts'
import { anEvent, anOrganiser, aUser, crowd } from '#harness/data/factories.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
})
after(() => booking.close())

const MESSAGE = { subject: 'Bring a towel', text: 'The sauna is open.\n\nSee you <soon>!' }
const write = (id: number | string, body: unknown = MESSAGE, token: string | undefined = organiser.token) =>
  booking.request('POST', `/api/events/${id}/messages`, { token, body })
const audience = (id: number | string, token = organiser.token) =>
  booking.request('GET', `/api/events/${id}/messages/audience`, { token })
const preview = (id: number | string, body: unknown = MESSAGE, token = organiser.token) =>
  booking.request('POST', `/api/events/${id}/messages/preview`, { token, body })
const anOwnEvent = (overrides: Parameters<typeof anEvent>[1] = {}) =>
  anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, ...overrides })
const book = async ({ token }: { token: string }, event_id: number): Promise<number> =>
  (await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).body.booking.id
const messagesTo = async ({ id }: { id: number }) =>
  (await mailsOf(booking.deps, id)).filter(({ kind }) => kind.startsWith('event-message'))

test('a message goes to everybody with a seat, and on request to the waiting list; its author gets a copy', async () => {
  const [attendee, waiting, gone] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const id = await anOwnEvent({ max_participants: 2, title: 'Sauna' })
  await book(attendee, id)
  const left = await book(gone, id)
  await booking.request('POST', `/api/events/${id}/waitlist`, { token: waiting.token })
  const first = await write(id)
  assert.deepEqual([first.status, first.body.people], [202, 2], JSON.stringify(first.body))
  const second = await write(id, { ...MESSAGE, subject: 'For all', include_waiting: true })
  assert.deepEqual([second.status, second.body.people], [202, 3])
  await booking.request('PUT', `/api/events/${id}/bookings/${left}/cancel`, { token: organiser.token })
  await sendMails(booking.deps)
  const [mail, ...others] = await messagesTo(attendee)
  assert.equal(others.length, 1)
  assert.equal(mail?.subject, 'Bring a towel')
  assert.match(
    mail?.body_text ?? '',
    /Ann Other writes to everybody of Sauna:\n\n> The sauna is open\.\n>\n> See you <soon>!/,
  )
  assert.match(mail?.body_html ?? '', /The sauna is open\.<br><br>See you &lt;soon&gt;!/)
  assert.deepEqual(
    (await messagesTo(gone)).map(({ status }) => status),
    ['dropped', 'dropped'],
  )
  // Has moved up meanwhile, and was only written to when it was for all.
  assert.deepEqual(
    (await messagesTo(waiting)).map(({ subject }) => subject),
    ['For all'],
  )
  const copies = await messagesTo(organiser)
  assert.deepEqual(
    copies.map(({ subject }) => subject),
    ['Copy: Bring a towel', 'Copy: For all'],
  )
  assert.match(copies[1]?.body_text ?? '', /to 3 people of Sauna/)
  const { rows } = {
    rows: await booking.deps.db
      .selectFrom('audit_log')
      .selectAll()
      .where('action', '=', 'event.message_sent')
      .execute(),
  }
  assert.deepEqual(
    rows.map(({ actor_id, subject_id, details }) => [actor_id, subject_id, details.people]),
    [
      [organiser.id, id, 2],
      [organiser.id, id, 3],
    ],
  )
})

test('how many it goes to is said beforehand, by the rules by which it is sent', async () => {
  const id = await anOwnEvent({ max_participants: 4 })
  const [closed, gone] = [await aUser(booking.deps), await aUser(booking.deps)]
  for (const each of [await aUser(booking.deps), closed, organiser]) await book(each, id)
  const left = await book(gone, id)
  const waiting = await aUser(booking.deps)
  await booking.request('POST', `/api/events/${id}/waitlist`, { token: waiting.token })
  const count = async () => (await audience(id)).body
  assert.deepEqual(await count(), { people: 3, waiting: 1 })
  // The seat goes to who waits, and the account that is closed is written to no more; nor is the one who writes.
  await booking.request('PUT', `/api/events/${id}/bookings/${left}/cancel`, { token: organiser.token })
  assert.deepEqual(await count(), { people: 3, waiting: 0 })
  await booking.deps.db.updateTable('users').set({ is_active: false }).where('id', '=', closed.id).execute()
  assert.deepEqual(await count(), { people: 2, waiting: 0 })
  assert.equal((await write(id)).body.people, 2)
  assert.deepEqual((await audience(await anOwnEvent())).body, { people: 0, waiting: 0 })
})

test('a preview is the mail that people get, and sends nothing', async () => {
  const id = await anOwnEvent({ title: 'Sauna' })
  const attendee = await aUser(booking.deps)
  await book(attendee, id)
  const { status, body } = await preview(id)
  assert.equal(status, 200)
  await sendMails(booking.deps)
  assert.deepEqual(await messagesTo(attendee), [])
  await write(id)
  await sendMails(booking.deps)
  const [mail] = await messagesTo(attendee)
  assert.deepEqual(body, { subject: mail?.subject, text: mail?.body_text, html: mail?.body_html })
  assert.equal((await preview(id, { ...MESSAGE, text: ' ' })).status, 400)
})

test('only who may write learns how many there are, and sees the mail', async () => {
  const id = await anOwnEvent()
  const attendee = await aUser(booking.deps)
  await book(attendee, id)
  const other = await anOrganiser(booking.deps)
  for (const [token, status] of [
    ['', 401],
    [attendee.token, 403],
    [other.token, 403],
    [(await aUser(booking.deps, { is_admin: true })).token, 200],
  ] as const) {
    assert.equal((await audience(id, token)).status, status)
    assert.equal((await preview(id, MESSAGE, token)).status, status)
  }
  assert.equal((await audience(2_000_000_000)).status, 404)
  assert.equal((await preview(2_000_000_000)).status, 404)
})

test('a thousand people are one request', async () => {
  const id = await anOwnEvent({ max_participants: 1_000 })
  await crowd(booking.deps, id, 1_000)
  const { status, body } = await write(id)
  assert.deepEqual([status, body.people], [202, 1_000])
  const { count } = await booking.deps.db
    .selectFrom('mails')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('event_id', '=', id)
    .where('kind', '=', 'event-message')
    .executeTakeFirstOrThrow()
  assert.equal(count, 1_000)
})

test('what cannot be a message is refused', async () => {
  const id = await anOwnEvent()
  for (const body of [
    {},
    { subject: 'x' },
    { ...MESSAGE, subject: '' },
    { ...MESSAGE, subject: 'a\r\nBcc: x@example.com' },
    { ...MESSAGE, subject: 'x'.repeat(201) },
    { ...MESSAGE, text: ' \n ' },
    { ...MESSAGE, text: 'x'.repeat(5_001) },
    { ...MESSAGE, include_waiting: 'perhaps' },
  ])
    assert.equal((await write(id, body)).status, 400, JSON.stringify(body).slice(0, 80))
})

test('only who leads the event, or an admin, may write', async () => {
  const id = await anOwnEvent()
  const attendee = await aUser(booking.deps)
  await book(attendee, id)
  const { status } = await booking.request('POST', `/api/events/${id}/messages`, { body: MESSAGE })
  assert.equal(status, 401)
  assert.equal((await write(id, MESSAGE, attendee.token)).status, 403)
  assert.equal((await write(id, MESSAGE, (await anOrganiser(booking.deps)).token)).status, 403)
  assert.equal((await write(2_000_000_000)).status, 404)
  const admin = await aUser(booking.deps, { is_admin: true })
  assert.equal((await write(id, MESSAGE, admin.token)).status, 202)
})

test('where nobody has booked there is nobody to write to', async () => {
  const { status, body } = await write(await anOwnEvent())
  assert.deepEqual([status, body.code], [409, 'nobody_to_write_to'])
})

test('the same words sent twice, at once or after a lost answer, are one message', async () => {
  const id = await anOwnEvent({ max_participants: 3 })
  const reader = await aUser(booking.deps)
  await book(reader, id)
  const answers = await Promise.all([write(id), write(id), write(id)])
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.people]),
    Array(3).fill([202, 1]),
  )
  assert.equal((await write(id, { ...MESSAGE, subject: 'And a hat' })).status, 202)
  await sendMails(booking.deps)
  assert.equal((await messagesTo(reader)).length, 2)
  // A minute later it is meant, and so it is once somebody has come.
  booking.clock.advance(61)
  await write(id)
  await book(await aUser(booking.deps), id)
  assert.deepEqual((await write(id)).body.people, 2)
  await sendMails(booking.deps)
  assert.equal((await messagesTo(reader)).length, 4)
})

test('twenty messages a day are enough, also when they come at once', async () => {
  const busy = await anOrganiser(booking.deps)
  const id = await anEvent(booking.deps, { facilitator_id: busy.facilitator_id })
  await book(await aUser(booking.deps), id)
  const answers = await Promise.all(
    Array.from({ length: 22 }, (_, n) => write(id, { ...MESSAGE, subject: `Towel ${n}` }, busy.token)),
  )
  assert.equal(answers.filter(({ status }) => status === 202).length, 20)
  assert.equal(answers.filter(({ status }) => status === 429).length, 2)
})

test('without mail the message is in the app only, and no mail is owed', async () => {
  const silent = await startTestBooking({ env: { MAIL: 'off' } })
  const own = await anOrganiser(silent.deps)
  const reader = await aUser(silent.deps)
  const id = await anEvent(silent.deps, { facilitator_id: own.facilitator_id })
  await silent.request('POST', '/api/bookings/', { token: reader.token, body: { event_id: id } })
  const { status, body } = await silent.request('POST', `/api/events/${id}/messages`, {
    token: own.token,
    body: MESSAGE,
  })
  const shown = await silent.request('POST', `/api/events/${id}/messages/preview`, {
    token: own.token,
    body: MESSAGE,
  })
  assert.deepEqual([shown.status, shown.body.code], [503, 'mail_off'])
  assert.deepEqual([status, body.people], [202, 1])
  const { body: told } = await silent.request('GET', '/api/notices', { token: reader.token })
  assert.deepEqual(told.notices[0].message, { ...MESSAGE, author: 'Ann Other' })
  for (const person of [own, reader]) assert.deepEqual(await mailsOf(silent.deps, person.id), [])
  await silent.close()
})

test('the words go with the account of their author, and are in its export', async () => {
  const admin = await aUser(booking.deps, { is_admin: true })
  const reader = await aUser(booking.deps)
  const id = await anOwnEvent()
  await book(reader, id)
  await write(id, MESSAGE, admin.token)
  const exported = await booking.request('GET', '/api/auth/export', { token: admin.token })
  assert.deepEqual(
    exported.body.messages.map(({ subject, people }: { subject: string; people: number }) => [
      subject,
      people,
    ]),
    [['Bring a towel', 1]],
  )
  const other = await aUser(booking.deps, { is_admin: true })
  assert.ok(other)
  const { status } = await booking.request('DELETE', '/api/auth/account', {
    token: admin.token,
    body: { confirm: 'DELETE' },
  })
  assert.equal(status, 200)
  await sendMails(booking.deps)
  assert.deepEqual(
    (await messagesTo(reader)).map(({ last_error }) => last_error),
    ['The message was deleted.'],
  )
})
