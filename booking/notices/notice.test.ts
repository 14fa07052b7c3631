import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { NewEvent } from '#booking/database/event.table.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { Notice } from './notice.schema.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
})
after(() => booking.close())

type Person = Awaited<ReturnType<typeof aUser>>

const LINK = 'https://meet.example/room'
const HOUR_MS = 3_600_000
const inDays = (days: number) => new Date(booking.clock.now().getTime() + days * 24 * HOUR_MS)

/** The clock moves by days here: tokens would be over. */
const tokenOf = (person: Person) => booking.deps.identity.sessions.issue('access', person)
async function ask(person: Person, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) {
  // What happens later has a later time.
  booking.clock.advance(1)
  const token = await tokenOf(person)
  return booking.request(method, path, { token, ...(body && { body }) })
}
async function done(...asked: Parameters<typeof ask>) {
  const { status, body } = await ask(...asked)
  assert.ok(status < 300, `${asked[1]} ${asked[2]}: ${status} ${JSON.stringify(body)}`)
  return body
}
const aLedEvent = (overrides: Partial<NewEvent> = {}) =>
  anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, virtual_link: LINK, ...overrides })
const book = async (person: Person, event_id: number): Promise<number> =>
  (await done(person, 'POST', '/api/bookings/', { event_id })).booking.id
const move = (event_id: number, body: object, by: Person = organiser) =>
  done(by, 'PUT', `/api/events/${event_id}`, body)
const remove = (event_id: number, booking_id: number, by: Person = organiser) =>
  done(by, 'PUT', `/api/events/${event_id}/bookings/${booking_id}/cancel`)
const cancelEvent = (event_id: number, reason?: string, by: Person = organiser) =>
  done(by, 'PUT', `/api/events/${event_id}/cancel`, { reason: reason ?? null })
const noticesOf = async (person: Person): Promise<Notice[]> =>
  (await done(person, 'GET', '/api/notices')).notices
const kindsOf = async (person: Person) => (await noticesOf(person)).map(({ kind }) => kind)
const see = (person: Person, ...ids: string[]) => ask(person, 'PUT', '/api/notices/seen', { ids })
const seeAll = async (person: Person) => see(person, ...(await noticesOf(person)).map(({ id }) => id))

test('an event that was moved is told with what was and what is, until it is seen on any device', async () => {
  const person = await aUser(booking.deps)
  const start = inDays(3)
  const event_id = await aLedEvent({ title: 'Yin', start_datetime: start })
  await book(person, event_id)
  assert.deepEqual(await noticesOf(person), [], 'what they have done themselves is no news')
  const later = new Date(start.getTime() + HOUR_MS)
  await move(event_id, {
    start_datetime: later.toISOString(),
    end_datetime: new Date(later.getTime() + HOUR_MS).toISOString(),
    location: 'The garden',
  })
  const at = toWireTime(booking.clock.now())
  const [notice, ...more] = await noticesOf(person)
  assert.equal(more.length, 0)
  assert.deepEqual(notice, {
    id: notice?.id,
    kind: 'event-moved',
    at,
    event: {
      id: event_id,
      title: 'Yin',
      start_datetime: toWireTime(later),
      end_datetime: toWireTime(new Date(later.getTime() + HOUR_MS)),
      timezone: 'UTC',
      location: 'The garden',
    },
    before: {
      start_datetime: toWireTime(start),
      end_datetime: toWireTime(later),
      timezone: 'UTC',
      location: 'Wellness Center',
      virtual_link: LINK,
    },
    after: {
      start_datetime: toWireTime(later),
      end_datetime: toWireTime(new Date(later.getTime() + HOUR_MS)),
      timezone: 'UTC',
      location: 'The garden',
      virtual_link: LINK,
    },
    reason: null,
    message: null,
  })
  assert.equal((await see(person, notice?.id ?? '')).status, 200)
  assert.deepEqual(await noticesOf(person), [])
  assert.equal((await see(person, notice?.id ?? '')).status, 200, 'another device may say so, too')
})

test('moved twice is told once, from what the person knew to what holds; moved back is not told', async () => {
  const person = await aUser(booking.deps)
  const event_id = await aLedEvent()
  await book(person, event_id)
  await move(event_id, { location: 'One' })
  await move(event_id, { title: 'Another name', description: 'Of which nobody is told' })
  await move(event_id, { location: 'Two' })
  const placesOf = async () =>
    (await noticesOf(person)).map(({ before, after }) => [before?.location, after?.location])
  assert.deepEqual(await placesOf(), [['Wellness Center', 'Two']])
  const [shown] = await noticesOf(person)
  await move(event_id, { location: 'Three' })
  await see(person, shown?.id ?? '')
  assert.deepEqual(await placesOf(), [['Two', 'Three']], 'what came after it was shown is still unseen')
  await move(event_id, { location: 'Two' })
  assert.deepEqual(await placesOf(), [])
  await move(event_id, { location: 'Four' })
  assert.deepEqual(await placesOf(), [['Two', 'Four']])
  await seeAll(person)
  await move(event_id, { title: 'A third name', price: 3 })
  assert.deepEqual(await placesOf(), [], 'no place and no time has changed')
  await move(event_id, { location: 'Five' })
  await move(event_id, { location: 'FOUR ' })
  assert.deepEqual(await placesOf(), [], 'reads as before')
})

test('whoever books after a move, gives the seat up, or moved it themselves is not told of it', async () => {
  const [late, gone] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await aLedEvent()
  const given = await book(gone, event_id)
  await book(organiser, event_id)
  await move(event_id, { location: 'The garden' })
  await book(late, event_id)
  assert.deepEqual(await kindsOf(late), [])
  assert.deepEqual(await kindsOf(organiser), [])
  assert.deepEqual(await kindsOf(gone), ['event-moved'])
  await done(gone, 'PUT', `/api/bookings/${given}/cancel`)
  assert.deepEqual(await kindsOf(gone), [])
  const admin = await aUser(booking.deps, { is_admin: true })
  await move(event_id, { location: 'The hall' }, admin)
  assert.deepEqual(
    (await noticesOf(organiser)).map(({ before, after }) => [before?.location, after?.location]),
    [['The garden', 'The hall']],
    'an admin has, after them',
  )
  await move(event_id, { virtual_link: null })
  assert.deepEqual(await kindsOf(organiser), [], 'they have looked at it since')
})

test('an online link is shown, old and new, to those with a seat only', async () => {
  const [person, waiting] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await aLedEvent({ max_participants: 1 })
  await book(person, event_id)
  await done(waiting, 'POST', `/api/events/${event_id}/waitlist`)
  await move(event_id, { virtual_link: 'https://meet.example/another' })
  await done(organiser, 'POST', `/api/events/${event_id}/messages`, {
    subject: 'News',
    text: 'There is another room.',
    include_waiting: true,
  })
  const links = (await noticesOf(person)).flatMap(({ before, after }) =>
    before ? [[before.virtual_link, after?.virtual_link]] : [],
  )
  assert.deepEqual(links, [[LINK, 'https://meet.example/another']])
  const told = await noticesOf(waiting)
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ['event-message'],
  )
  await cancelEvent(event_id)
  for (const reader of [person, waiting]) {
    const all = await noticesOf(reader)
    assert.equal(all.length, 1)
    assert.doesNotMatch(JSON.stringify(all), /meet\.example/)
  }
})

test('a booking that the studio cancels is told with its reason, and nothing of it after it was booked again', async () => {
  const person = await aUser(booking.deps)
  const admin = await aUser(booking.deps, { is_admin: true })
  const event_id = await aLedEvent()
  await book(person, event_id)
  await done(admin, 'POST', `/api/users/${person.id}/cancel-bookings`, { reason: 'Agreed by phone' })
  assert.deepEqual(
    (await noticesOf(person)).map(({ kind, reason, event, before }) => [kind, reason, event.id, before]),
    [['booking-cancelled', 'Agreed by phone', event_id, null]],
  )
  const again = await book(person, event_id)
  assert.deepEqual(await noticesOf(person), [])
  await remove(event_id, again)
  assert.deepEqual(
    (await noticesOf(person)).map(({ kind, reason }) => [kind, reason]),
    [['booking-cancelled', null]],
    'the last one, once',
  )
  const third = await book(person, event_id)
  await done(person, 'PUT', `/api/bookings/${third}/cancel`)
  assert.deepEqual(await noticesOf(person), [], 'in the end they have cancelled themselves')
})

test('a cancelled event is told to attendees and to the waiting list, with the reason; to nobody who cancelled it', async () => {
  const [person, waiting] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await aLedEvent({ max_participants: 2 })
  await book(person, event_id)
  await book(organiser, event_id)
  await done(waiting, 'POST', `/api/events/${event_id}/waitlist`)
  await cancelEvent(event_id, 'Marlène has the flu.')
  for (const [reader, kind] of [
    [person, 'event-cancelled'],
    [waiting, 'waitlist-closed'],
  ] as const) {
    const told = (await noticesOf(reader)).map((notice) => [notice.kind, notice.reason])
    assert.deepEqual(told, [[kind, 'Marlène has the flu.']])
    await seeAll(reader)
    assert.deepEqual(await noticesOf(reader), [])
  }
  assert.deepEqual(await noticesOf(organiser), [])
})

test('who moves up from the waiting list is told, until they cancel', async () => {
  const [first, second, third] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const event_id = await aLedEvent({ max_participants: 1 })
  const held = await book(first, event_id)
  for (const person of [second, third]) await done(person, 'POST', `/api/events/${event_id}/waitlist`)
  await done(first, 'PUT', `/api/bookings/${held}/cancel`)
  assert.deepEqual(await kindsOf(first), [])
  assert.deepEqual(await kindsOf(second), ['booking-promoted'])
  assert.deepEqual(await kindsOf(third), [])
  const { bookings } = await done(second, 'GET', '/api/bookings/')
  await done(second, 'PUT', `/api/bookings/${bookings[0].id}/cancel`)
  assert.deepEqual(await kindsOf(second), [])
  await seeAll(third)
  assert.deepEqual(await kindsOf(third), [])
  await move(event_id, { max_participants: 5, location: 'A larger room' })
  await move(event_id, { location: 'The largest room' })
  assert.deepEqual(await kindsOf(third), ['event-moved'])
})

test('who waits for an event is told when it moves, without its online link, until they see it or leave', async () => {
  const [holder, waiting, leaving] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const event_id = await aLedEvent({ max_participants: 1 })
  await book(holder, event_id)
  await move(event_id, { location: 'Before they came' })
  for (const person of [waiting, leaving]) await done(person, 'POST', `/api/events/${event_id}/waitlist`)
  await move(event_id, { virtual_link: 'https://meet.example/other' })
  assert.deepEqual(await kindsOf(waiting), [])
  await move(event_id, { location: 'The garden' })
  const [notice, ...more] = await noticesOf(waiting)
  assert.equal(more.length, 0)
  assert.equal(notice?.kind, 'waitlist-moved')
  assert.deepEqual(
    [notice?.before, notice?.after].map((place) => [place?.location, place?.virtual_link]),
    [
      ['Before they came', null],
      ['The garden', null],
    ],
  )
  await see(waiting, notice?.id ?? '')
  assert.deepEqual(await noticesOf(waiting), [])
  assert.deepEqual(await kindsOf(leaving), ['waitlist-moved'])
  await done(leaving, 'DELETE', `/api/events/${event_id}/waitlist`)
  assert.deepEqual(await noticesOf(leaving), [])
  await move(event_id, { location: 'The attic' })
  const [again] = await noticesOf(waiting)
  assert.deepEqual([again?.before?.location, again?.after?.location], ['The garden', 'The attic'])
})

test('who moves up because the event was changed is told of the seat, and not of the change', async () => {
  const [first, second] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await aLedEvent({ max_participants: 1 })
  await book(first, event_id)
  await done(second, 'POST', `/api/events/${event_id}/waitlist`)
  await move(event_id, { max_participants: 2, location: 'A larger room' })
  assert.deepEqual(await kindsOf(first), ['event-moved'])
  assert.deepEqual(await kindsOf(second), ['booking-promoted'])
})

test('a message to everybody is there for those it was written to, as long as they belong', async () => {
  const [person, waiting, later] = [
    await aUser(booking.deps),
    await aUser(booking.deps),
    await aUser(booking.deps),
  ]
  const event_id = await aLedEvent({ max_participants: 2, title: 'Sauna' })
  const held = await book(person, event_id)
  await book(organiser, event_id)
  await done(waiting, 'POST', `/api/events/${event_id}/waitlist`)
  const write = (subject: string, include_waiting: boolean) =>
    done(organiser, 'POST', `/api/events/${event_id}/messages`, {
      subject,
      text: 'Bring a towel.\n\nSee you!',
      include_waiting,
    })
  await write('For seats', false)
  await write('For all', true)
  const subjectsOf = async (reader: Person) =>
    (await noticesOf(reader)).flatMap(({ message }) => message?.subject ?? [])
  const [newest] = await noticesOf(person)
  assert.deepEqual(newest?.message, {
    subject: 'For all',
    text: 'Bring a towel.\n\nSee you!',
    author: 'Ann Other',
  })
  assert.deepEqual(await subjectsOf(person), ['For all', 'For seats'])
  assert.deepEqual(await subjectsOf(organiser), [], 'the author knows')
  assert.deepEqual(await subjectsOf(waiting), ['For all'])
  await done(person, 'PUT', `/api/bookings/${held}/cancel`)
  assert.deepEqual(await subjectsOf(person), [], 'they have left')
  assert.deepEqual(await kindsOf(waiting), ['booking-promoted', 'event-message'])
  await move(event_id, { max_participants: 3 })
  await book(later, event_id)
  assert.deepEqual(await subjectsOf(later), [], 'written before they came')
  await seeAll(waiting)
  assert.deepEqual(await noticesOf(waiting), [])
})

test('without mail, and with mails switched off, everything is told in the app, messages too', async () => {
  const silent = await startTestBooking({ env: { MAIL: 'off' } })
  const leader = await anOrganiser(silent.deps)
  const person = await aUser(silent.deps)
  const event_id = await anEvent(silent.deps, { facilitator_id: leader.facilitator_id })
  const { token } = person
  await silent.request('PUT', '/api/auth/preferences', {
    token,
    body: { reminders: false, booking_mails: false },
  })
  await silent.request('POST', '/api/bookings/', { token, body: { event_id } })
  silent.clock.advance(1)
  await silent.request('PUT', `/api/events/${event_id}`, {
    token: leader.token,
    body: { location: 'The garden' },
  })
  silent.clock.advance(1)
  const written = await silent.request('POST', `/api/events/${event_id}/messages`, {
    token: leader.token,
    body: { subject: 'Hello', text: 'Bring a hat.' },
  })
  assert.equal(written.status, 202)
  const { body } = await silent.request('GET', '/api/notices', { token })
  assert.deepEqual(
    body.notices.map(({ kind }: Notice) => kind),
    ['event-message', 'event-moved'],
  )
  await silent.close()
})

test('nobody reads or marks what another person is told, and ids of nothing are not stored', async () => {
  const [person, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await aLedEvent()
  await book(person, event_id)
  await move(event_id, { location: 'The garden' })
  const [notice] = await noticesOf(person)
  assert.ok(notice)
  assert.deepEqual(await noticesOf(other), [])
  const admin = await aUser(booking.deps, { is_admin: true })
  assert.deepEqual(await noticesOf(admin), [])
  const [kind, about, version] = notice.id.split(':')
  const ahead = `${kind}:${about}:${Number(version) + 1}`
  for (const id of [notice.id, 'event-moved:1:9999999999', 'unknown-kind:1', 'booking-promoted:2147483647'])
    assert.equal((await see(other, id)).status, 200)
  await see(person, ahead)
  assert.deepEqual(await noticesOf(person), [notice], 'what has not happened yet is not seen')
  const stored = await booking.deps.db
    .selectFrom('seen_notices')
    .selectAll()
    .where('user_id', 'in', [person.id, other.id])
    .execute()
  assert.deepEqual(stored, [])
})

test('without a login there is nothing, and what is no list of ids is refused', async () => {
  assert.equal((await booking.request('GET', '/api/notices')).status, 401)
  const seen = await booking.request('PUT', '/api/notices/seen', { body: { ids: ['booking-promoted:1'] } })
  assert.equal(seen.status, 401)
  const person = await aUser(booking.deps)
  for (const body of [
    {},
    { ids: [] },
    { ids: 'booking-promoted:1' },
    { ids: ['booking-promoted'] },
    { ids: ['booking-promoted:1:2:3'] },
    { ids: ["x:1'"] },
    { ids: [7] },
    { ids: Array.from({ length: 101 }, (_, n) => `booking-promoted:${n}`) },
  ])
    assert.equal((await ask(person, 'PUT', '/api/notices/seen', body)).status, 400, JSON.stringify(body))
})

test('two devices at once agree', async () => {
  const person = await aUser(booking.deps)
  for (let i = 0; i < 5; i++) {
    const event_id = await aLedEvent()
    await book(person, event_id)
    await move(event_id, { location: 'The garden' })
  }
  const ids = (await noticesOf(person)).map(({ id }) => id)
  assert.equal(ids.length, 5)
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => see(person, ...(n % 2 ? ids : ids.toReversed()), ids[0] ?? '')),
  )
  assert.deepEqual(
    answers.map(({ status }) => status),
    Array.from({ length: 8 }, () => 200),
  )
  assert.deepEqual(await noticesOf(person), [])
})

test('what is stored is in the export, and goes with the account', async () => {
  const person = await aUser(booking.deps)
  const event_id = await aLedEvent()
  await book(person, event_id)
  await move(event_id, { location: 'The garden' })
  const [notice] = await noticesOf(person)
  await seeAll(person)
  const seen_at = toWireTime(booking.clock.now())
  const { notices_seen } = await done(person, 'GET', '/api/auth/export')
  assert.deepEqual(notices_seen, [{ id: notice?.id, kind: 'event-moved', seen_at }])
  await done(person, 'DELETE', '/api/auth/account', { confirm: 'DELETE' })
  const left = await booking.deps.db
    .selectFrom('seen_notices')
    .selectAll()
    .where('user_id', '=', person.id)
    .execute()
  assert.deepEqual(left, [])
})
