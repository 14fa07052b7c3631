import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, planMails, sendMails } from '#harness/apps/test-mail.ts'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { planReminders } from '../planning/planner.ts'

let receiver: SmtpReceiver
let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  receiver = await startSmtpReceiver()
  booking = await startTestBooking({
    env: {
      SMTP_URL: receiver.url,
      MAIL_FROM: 'hello@studio.example',
      STUDIO_NAME: 'Still Waters',
      STUDIO_ADDRESS: 'Quay 1, 20457 Hamburg',
      PUBLIC_URL: 'https://studio.example',
    },
  })
  organiser = await anOrganiser(booking.deps)
})
after(async () => {
  await booking.close()
  await receiver.close()
})

type Person = Awaited<ReturnType<typeof aUser>>

const LINK = 'https://meet.example/room'
const anOwnEvent = (overrides: Parameters<typeof anEvent>[1] = {}) =>
  anEvent(booking.deps, {
    facilitator_id: organiser.facilitator_id,
    timezone: 'Europe/Berlin',
    virtual_link: LINK,
    ...overrides,
  })
/** The clock moves by days here: tokens would be over. */
const tokenOf = async (person: Person) => booking.deps.identity.sessions.issue('access', person)
async function book(person: Person, event_id: number): Promise<number> {
  const { status, body } = await booking.request('POST', '/api/bookings/', {
    token: await tokenOf(person),
    body: { event_id },
  })
  assert.equal(status, 201, JSON.stringify(body))
  return body.booking.id
}
const edit = async (id: number, body: object) =>
  booking.request('PUT', `/api/events/${id}`, { token: await tokenOf(organiser), body })
const cancelEvent = async (id: number, body?: object) =>
  booking.request('PUT', `/api/events/${id}/cancel`, {
    token: await tokenOf(organiser),
    ...(body && { body }),
  })
const cancel = async (person: Person, id: number) =>
  booking.request('PUT', `/api/bookings/${id}/cancel`, { token: await tokenOf(person) })

/** What has arrived at a person since the last call. */
const seen = new Map<string, number>()
async function arrived({ email }: Person) {
  await sendMails(booking.deps)
  const all = receiver.mails.filter(({ to }) => to === email)
  const fresh = all.slice(seen.get(email) ?? 0)
  seen.set(email, all.length)
  return fresh.map(({ email: mail }) => {
    const { subject, text = '', html = '', attachments } = mail
    const calendar = attachments.find(({ filename }) => filename === 'event.ics')
    const file = calendar && new TextDecoder().decode(calendar.content as ArrayBuffer).replaceAll('\r\n ', '')
    return { subject: subject ?? '', text, html, file, mail, type: calendar?.mimeType }
  })
}
const subjectsOf = async (person: Person) =>
  (await arrived(person)).map(({ subject }) => subject.split(':')[0])
async function arrivedOne(person: Person) {
  const [mail, ...more] = await arrived(person)
  assert.equal(more.length, 0, 'one mail')
  assert.ok(mail, 'a mail has arrived')
  return mail
}
const outcomeOf = async (person: Person, kind: string) => {
  const mail = (await mailsOf(booking.deps, person.id)).findLast((each) => each.kind === kind)
  return [mail?.status, mail?.last_error]
}

test('a booking is confirmed, with all that one has to know and a calendar file', async () => {
  const person = await aUser(booking.deps, { first_name: 'Zoë', last_name: "O'Hara" })
  const start_datetime = new Date(Date.UTC(2031, 6, 4, 16, 0))
  const id = await anOwnEvent({
    title: 'Breath & <Silence>',
    start_datetime,
    end_datetime: new Date(Date.UTC(2031, 6, 4, 17, 30)),
    cancellation_deadline_hours: 24,
  })
  const booking_id = await book(person, id)
  const { subject, text, html, file, mail, type } = await arrivedOne(person)
  assert.equal(subject, 'Booked: Breath & <Silence>, Fri, 4 Jul, 18:00')
  assert.deepEqual(mail.from, { name: 'Still Waters', address: 'hello@studio.example' })
  assert.deepEqual(mail.to, [{ name: "Zoë O'Hara", address: person.email }])
  for (const said of [
    'Your seat is booked',
    'Friday, 4 July 2031, 18:00–19:30 (Central European Summer Time, Europe/Berlin)',
    'Wellness Center',
    LINK,
    'EUR',
    'Bring your own mat',
    'You can cancel until Thursday, 3 July 2031, 18:00.',
    `https://studio.example/events/${id}`,
    'Still Waters',
    'Quay 1, 20457 Hamburg',
  ]) {
    assert.ok(text.includes(said), `text: ${said}\n${text}`)
    assert.ok(html.includes(said), `html: ${said}`)
  }
  assert.ok(html.includes('Breath &amp; &lt;Silence&gt;') && !html.includes('<Silence>'), 'escaped')
  assert.match(html, /name="color-scheme" content="light dark"/)
  assert.equal(type, 'text/calendar')
  assert.match(file ?? '', /METHOD:PUBLISH[\s\S]*SEQUENCE:0[\s\S]*STATUS:CONFIRMED/)
  assert.match(file ?? '', new RegExp(`UID:booking-${booking_id}@[\\w-]+\\.stillpoint`))
  assert.match(file ?? '', /ORGANIZER;CN="Still Waters":mailto:hello@studio\.example/i)
  assert.deepEqual(await sendMails(booking.deps), [], 'once')
})

test('an own cancellation is confirmed, another’s has its reason; neither has the link to join', async () => {
  const person = await aUser(booking.deps)
  const id = await anOwnEvent()
  const own = await book(person, id)
  await arrived(person)
  await cancel(person, own)
  const first = await arrivedOne(person)
  assert.match(first.text, /^You have cancelled your booking/)
  assert.match(first.file ?? '', /STATUS:CANCELLED/)
  await book(person, id)
  await arrived(person)
  await booking.request('POST', `/api/users/${person.id}/cancel-bookings`, {
    token: organiser.token,
    body: { reason: 'The pool is closed' },
  })
  const second = await arrivedOne(person)
  assert.match(second.text, /^Your booking has been cancelled[\s\S]*> The pool is closed/)
  for (const { text, html, file } of [first, second])
    assert.ok(![text, html, file].join().includes('meet.example'))
})

test('whoever cancels and books again at once hears of the cancelled booking only if it was paid', async () => {
  for (const payment_status of ['pending', 'paid'] as const) {
    const person = await aUser(booking.deps)
    const id = await anOwnEvent()
    const first = await book(person, id)
    await arrived(person)
    await booking.deps.db.updateTable('bookings').set({ payment_status }).where('id', '=', first).execute()
    await cancel(person, first)
    await book(person, id)
    const mails = await arrived(person)
    assert.deepEqual(
      mails.map(({ subject }) => subject.split(':')[0]).toSorted(),
      payment_status === 'paid' ? ['Booked', 'Cancelled'] : ['Booked'],
    )
    const cancelled = mails.find(({ subject }) => subject.startsWith('Cancelled'))
    if (cancelled) {
      assert.match(cancelled.text, /You have booked it again since[\s\S]*ask the studio about your money/)
      assert.match(cancelled.file ?? '', new RegExp(`UID:booking-${first}@`))
    }
  }
})

test('whoever moves up from the waiting list hears of it, and nothing of a seat that was given back', async () => {
  const [first, second] = [await aUser(booking.deps), await aUser(booking.deps)]
  const id = await anOwnEvent({ max_participants: 1, cancellation_deadline_hours: 48 })
  const held = await book(first, id)
  await booking.request('POST', `/api/events/${id}/waitlist`, { token: second.token })
  await booking.request('PUT', `/api/events/${id}/bookings/${held}/cancel`, { token: organiser.token })
  const mail = await arrivedOne(second)
  assert.match(mail.subject, /^You have a seat: /)
  assert.match(mail.text, /You can cancel until it begins/, 'promoted after the deadline')
  assert.match(mail.file ?? '', /STATUS:CONFIRMED/)

  const [third, fourth] = [await aUser(booking.deps), await aUser(booking.deps)]
  const other = await anOwnEvent({ max_participants: 1 })
  const seat = await book(third, other)
  await booking.request('POST', `/api/events/${other}/waitlist`, { token: fourth.token })
  await cancel(third, seat)
  await planMails(booking.deps)
  const { body } = await booking.request('GET', '/api/bookings/', { token: fourth.token })
  await cancel(fourth, body.bookings[0].id)
  const [said, ...more] = await arrived(fourth)
  assert.match(said?.subject ?? '', /^Cancelled: your booking/)
  assert.equal(more.length, 0)
  assert.deepEqual(await outcomeOf(fourth, 'booking-promoted'), ['dropped', 'The booking is cancelled.'])
})

test('who moves up because the event was changed hears of the seat, at the event as it is, and not of the change', async () => {
  const [first, second] = [await aUser(booking.deps), await aUser(booking.deps)]
  const id = await anOwnEvent({ max_participants: 1, location: 'Small room' })
  await book(first, id)
  await booking.request('POST', `/api/events/${id}/waitlist`, { token: await tokenOf(second) })
  await arrived(first)
  await edit(id, { max_participants: 2, location: 'Large room' })
  const seat = await arrivedOne(second)
  assert.match(seat.subject, /^You have a seat: /)
  assert.match(seat.text, /Large room/)
  booking.clock.advance(65)
  assert.deepEqual(await arrived(second), [])
  assert.match((await arrivedOne(first)).subject, /^New place: /)
  // Of the next change they hear like everybody.
  await edit(id, { location: 'The garden' })
  booking.clock.advance(65)
  const moved = await arrivedOne(second)
  assert.match(moved.text, /The garden(.|\n)*Large room/)
  assert.doesNotMatch(moved.text, /Small room/)
})

test('a move tells what was and what is, with a higher SEQUENCE; several moves are one mail', async () => {
  const person = await aUser(booking.deps)
  const id = await anOwnEvent({ location: 'Old Hall' })
  await book(person, id)
  await arrived(person)
  const at = (days: number) => ({
    start_datetime: new Date(booking.clock.now().getTime() + days * 86_400_000).toISOString(),
    end_datetime: new Date(booking.clock.now().getTime() + days * 86_400_000 + 3_600_000).toISOString(),
  })
  await edit(id, { location: 'First Floor' })
  await edit(id, { ...at(9), location: 'New Hall', virtual_link: 'https://meet.example/other' })
  const late = await aUser(booking.deps)
  booking.clock.advance(1)
  await book(late, id)
  assert.deepEqual(await subjectsOf(person), [], 'there may be corrections')
  booking.clock.advance(60)
  const { text, html, file, subject } = await arrivedOne(person)
  assert.match(subject, /^Changed: .*, now /)
  assert.match(text, /Where: New Hall\n {2}\(until now: Old Hall\)/)
  assert.match(text, /When: .*\n {2}\(until now: /)
  assert.match(
    text,
    /Join online: https:\/\/meet\.example\/other\n {2}\(until now: https:\/\/meet\.example\/room\)/,
  )
  assert.match(html, /<s [^>]*>Old Hall<\/s>/)
  assert.match(file ?? '', /SEQUENCE:2/)
  assert.doesNotMatch(text, /First Floor/)
  assert.deepEqual(await outcomeOf(person, 'event-moved'), ['sent', null])
  assert.deepEqual(await subjectsOf(late), ['Booked'], 'who booked afterwards knows')

  await edit(id, { location: 'Cellar' })
  await planMails(booking.deps)
  await edit(id, { location: 'New Hall' })
  booking.clock.advance(60)
  assert.deepEqual(await arrived(person), [], 'there and back again')
  await edit(id, { title: 'Another title', description: 'Another text' })
  booking.clock.advance(60)
  assert.deepEqual(await arrived(person), [], 'nothing that changes when and where')
})

test('who waits for an event hears of a move once, without the online link, and nothing any more after leaving', async () => {
  const [holder, waiting, leaving] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const id = await anOwnEvent({ location: 'Old Hall', max_participants: 1 })
  await book(holder, id)
  for (const person of [waiting, leaving])
    await booking.request('POST', `/api/events/${id}/waitlist`, { token: await tokenOf(person) })
  booking.clock.advance(1)
  await edit(id, { location: 'New Hall', virtual_link: 'https://meet.example/other' })
  await planMails(booking.deps)
  await edit(id, { location: 'Garden' })
  await booking.request('DELETE', `/api/events/${id}/waitlist`, { token: await tokenOf(leaving) })
  booking.clock.advance(60)
  const { subject, text, html } = await arrivedOne(waiting)
  assert.match(subject, /^New place: /)
  assert.match(text, /You are on the waiting list[\s\S]*Where: Garden\n {2}\(until now: Old Hall\)/)
  assert.match(text, /leave the waiting list if you cannot come/)
  assert.ok(!`${text}${html}`.includes('meet.example'))
  assert.deepEqual(await arrived(leaving), [])
  assert.deepEqual(await outcomeOf(leaving, 'event-moved'), [
    'dropped',
    'The person is not on the waiting list any more.',
  ])
  await edit(id, { virtual_link: LINK })
  booking.clock.advance(60)
  assert.deepEqual(await arrived(waiting), [], 'only the online link')
  await edit(id, { location: 'Attic' })
  booking.clock.advance(60)
  assert.match((await arrivedOne(waiting)).text, /\(until now: Garden\)/)
})

test('a change is told as one after the booking, though the confirmation was written after it', async () => {
  const person = await aUser(booking.deps)
  const id = await anOwnEvent({ location: 'Old Hall' })
  await book(person, id)
  booking.clock.advance(1)
  await edit(id, { location: 'New Hall' })
  assert.match((await arrivedOne(person)).text, /Where: New Hall/)
  booking.clock.advance(60)
  assert.match(
    (await arrivedOne(person)).text,
    /This has changed:\n\nWhere: New Hall\n {2}\(until now: Old Hall\)/,
  )
  await edit(id, { location: 'Garden' })
  await edit(id, { price: 99 })
  booking.clock.advance(60)
  const { text } = await arrivedOne(person)
  assert.match(text, /\(until now: New Hall\)/)
  assert.match(text, /To pay: EUR\s25\.00/, 'as it was booked')
  await edit(id, { location: 'The garden' })
  await edit(id, { location: 'GARDEN' })
  booking.clock.advance(60)
  assert.deepEqual(await arrived(person), [], 'reads the same')
})

test('what another mail has told is told back, when the change is taken back before the mail about it', async () => {
  const [attendee, waiting] = [await aUser(booking.deps), await aUser(booking.deps)]
  const start = new Date(booking.clock.now().getTime() + 5 * 86_400_000)
  const times = { start_datetime: start, end_datetime: new Date(start.getTime() + 3_600_000) }
  const id = await anOwnEvent({ ...times, location: 'Old Hall', max_participants: 1 })
  await book(attendee, id)
  await booking.request('POST', `/api/events/${id}/waitlist`, { token: await tokenOf(waiting) })
  booking.clock.advance(1)
  await edit(id, { location: 'New Hall' })
  assert.match((await arrivedOne(attendee)).text, /Where: New Hall/, 'the confirmation')
  await edit(id, { location: 'Old Hall' })
  booking.clock.advance(60)
  assert.match((await arrivedOne(attendee)).text, /Where: Old Hall\n {2}\(until now: New Hall\)/)
  assert.deepEqual(await arrived(waiting), [], 'heard nothing of it')

  const to = new Date(booking.clock.now().getTime() + 9 * 86_400_000)
  await edit(id, {
    start_datetime: to.toISOString(),
    end_datetime: new Date(to.getTime() + 3_600_000).toISOString(),
  })
  const message = { subject: 'Tea', text: 'There is tea.', include_waiting: true }
  const token = await tokenOf(organiser)
  await booking.request('POST', `/api/events/${id}/messages`, { token, body: message })
  for (const person of [attendee, waiting]) assert.equal((await arrivedOne(person)).subject, 'Tea')
  await edit(id, times)
  booking.clock.advance(60)
  for (const person of [attendee, waiting])
    assert.match((await arrivedOne(person)).text, /When: .*\n? {2}\(until now: /)
})

test('what is cancelled is named as the person knows it, not by a move that is not told any more', async () => {
  const [attendee, leaving, waiting] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const [full, other] = [
    await anOwnEvent({ location: 'Old Hall', max_participants: 1 }),
    await anOwnEvent({ location: 'Old Hall', start_datetime: new Date(Date.UTC(2031, 1, 1, 9)) }),
  ]
  await book(attendee, full)
  await booking.request('POST', `/api/events/${full}/waitlist`, { token: await tokenOf(waiting) })
  const left = await book(leaving, other)
  for (const person of [attendee, leaving]) await arrived(person)
  booking.clock.advance(1)
  for (const id of [full, other]) await edit(id, { location: 'New Hall' })
  await planMails(booking.deps)
  await cancel(leaving, left)
  await cancelEvent(full)
  for (const person of [attendee, leaving, waiting])
    assert.match((await arrivedOne(person)).text, /Where: Old Hall/)
  booking.clock.advance(60)
  for (const person of [attendee, leaving, waiting]) assert.deepEqual(await arrived(person), [])
})

test('a move into the last day is told as one, and takes the place of the reminder', async () => {
  const [person, failing] = [await aUser(booking.deps), await aUser(booking.deps)]
  const at = (hours: number) => new Date(booking.clock.now().getTime() + hours * 3_600_000)
  const id = await anOwnEvent({ start_datetime: at(72), end_datetime: at(73) })
  for (const each of [person, failing]) {
    await book(each, id)
    await arrived(each)
  }
  booking.clock.advance(2 * 3_600)
  await edit(id, { start_datetime: at(23).toISOString(), end_datetime: at(24).toISOString() })
  await planReminders(booking.deps)
  booking.clock.advance(60)
  receiver.refused.set(failing.email, { code: 450, message: '4.2.0 Greylisted' })
  const { text } = await arrivedOne(person)
  assert.match(text, /This has changed:/)
  booking.clock.advance(40)
  receiver.refused.clear()
  assert.deepEqual(await arrived(person), [])
  assert.deepEqual(await outcomeOf(person, 'reminder'), [
    'dropped',
    'The person has just been told of the event.',
  ])
  assert.deepEqual(await subjectsOf(failing), ['Reminder'], 'who was not told of the move is reminded')
  booking.clock.advance(600)
  assert.match((await arrivedOne(failing)).text, /This has changed:/)
})

test('a change that is taken back is told after a mail whose answer was lost, and not after one that was refused', async () => {
  for (const [conduct, isTold] of [
    ['accept and drop before the answer', true],
    [{ code: 450, message: '4.2.0 Greylisted' }, false],
  ] as const) {
    const person = await aUser(booking.deps)
    const id = await anOwnEvent({ location: 'Old Hall' })
    await book(person, id)
    await arrived(person)
    booking.clock.advance(1)
    await edit(id, { location: 'New Hall' })
    booking.clock.advance(60)
    receiver.conduct = () => conduct
    assert.equal((await arrived(person)).length, isTold ? 1 : 0)
    receiver.conduct = () => 'accept'
    await edit(id, { location: 'Old Hall' })
    booking.clock.advance(600)
    const mails = await arrived(person)
    assert.equal(mails.length, isTold ? 1 : 0)
    if (isTold) assert.match(mails[0]?.text ?? '', /Where: Old Hall\n {2}\(until now: New Hall\)/)
  }
})

test('a cancelled event is told with its reason to attendees and to the waiting list', async () => {
  const [attendee, waiting] = [await aUser(booking.deps), await aUser(booking.deps)]
  const id = await anOwnEvent({ max_participants: 1, title: 'Evening' })
  const seat = await book(attendee, id)
  await booking.request('POST', `/api/events/${id}/waitlist`, { token: await tokenOf(waiting) })
  await arrived(attendee)
  const { status } = await booking.request('PUT', `/api/bookings/${seat}/payment`, {
    token: await tokenOf(organiser),
    body: { payment_status: 'paid' },
  })
  assert.equal(status, 200)
  await cancelEvent(id, { reason: 'The teacher is ill.\nWe are sorry.' })
  const mail = await arrivedOne(attendee)
  assert.match(mail.text, /^Evening is cancelled[\s\S]*> The teacher is ill\.\n> We are sorry\./)
  assert.match(mail.text, /You have paid for it: ask the studio about your money\./)
  assert.match(mail.file ?? '', /STATUS:CANCELLED/)
  const other = await arrivedOne(waiting)
  assert.match(other.text, /that you were waiting for/)
  assert.equal(other.file, undefined)
  assert.doesNotMatch(other.text, /paid/)
})

test('a confirmation that was not sent before the cancellation is not sent any more', async () => {
  const person = await aUser(booking.deps)
  const id = await anOwnEvent()
  await cancel(person, await book(person, id))
  const { subject } = await arrivedOne(person)
  assert.match(subject, /^Cancelled/)
  assert.deepEqual(await outcomeOf(person, 'booking-confirmed'), ['dropped', 'The booking is cancelled.'])
})

test('a day before, attendees are reminded: once, not of what was moved or cancelled, nor who has just booked', async () => {
  const people: Person[] = []
  for (let i = 0; i < 5; i++) people.push(await aUser(booking.deps))
  const [one, moved, gone, late, again] = people as [Person, Person, Person, Person, Person]
  const inHours = (hours: number) => ({
    start_datetime: new Date(booking.clock.now().getTime() + hours * 3_600_000),
  })
  const events = [await anOwnEvent(inHours(30)), await anOwnEvent(inHours(30)), await anOwnEvent(inHours(30))]
  const [first, second, third] = events as [number, number, number]
  await book(one, first)
  await book(moved, second)
  const cancelled = await book(gone, third)
  await book(again, third)
  await sendMails(booking.deps)
  await planReminders(booking.deps)
  for (const person of people) await arrived(person)
  booking.clock.advance(6.5 * 3_600)
  await book(late, first)
  await Promise.all([planReminders(booking.deps), planReminders(booking.deps)])
  // At the moment before.
  const start = new Date(booking.clock.now().getTime() + 96 * 3_600_000)
  await edit(second, {
    start_datetime: start.toISOString(),
    end_datetime: new Date(start.getTime() + 3_600_000).toISOString(),
  })
  await cancel(gone, cancelled)
  booking.clock.advance(60)
  assert.deepEqual(await subjectsOf(one), ['Reminder'])
  assert.deepEqual(await subjectsOf(moved), ['Changed'])
  assert.deepEqual(await outcomeOf(moved, 'reminder'), ['dropped', 'The event was moved.'])
  assert.deepEqual(await subjectsOf(gone), ['Cancelled'])
  assert.deepEqual(await subjectsOf(late), ['Booked'])
  assert.deepEqual(await subjectsOf(again), ['Reminder'])
  await planReminders(booking.deps)
  assert.deepEqual(await subjectsOf(one), [])
  booking.clock.advance(72.5 * 3_600)
  await planReminders(booking.deps)
  assert.deepEqual(await subjectsOf(moved), ['Reminder'], 'before the new time')
})

test('names and titles cannot add headers or recipients, and come out right', async () => {
  const person = await aUser(booking.deps, {
    first_name: 'Eve\r\nBcc: victim@example.com',
    last_name: '<a@b.example>, "x" 🧘 שלום',
  })
  const id = await anOwnEvent({ title: 'Yoga\r\nX-Evil: 1 🧘 שיעור\u202Egpj' })
  await book(person, id)
  const { mail, subject } = await arrivedOne(person)
  assert.equal(mail.to?.length, 1)
  assert.deepEqual(mail.to?.[0]?.address, person.email)
  assert.deepEqual(
    mail.headers.filter(({ key }) => ['bcc', 'cc', 'x-evil'].includes(key)),
    [],
  )
  assert.match(subject, /^Booked: Yoga X-Evil: 1 🧘 שיעור gpj, /)
  assert.match(mail.to?.[0]?.name ?? '', /🧘 שלום/)
})

test('somebody whose account is closed or deleted is not written to', async () => {
  const person = await aUser(booking.deps)
  await book(person, await anOwnEvent())
  await planMails(booking.deps)
  await booking.request('DELETE', '/api/auth/account', {
    token: await tokenOf(person),
    body: { confirm: 'DELETE' },
  })
  assert.deepEqual(await arrived(person), [])
  assert.deepEqual(await mailsOf(booking.deps, person.id), [])
})
