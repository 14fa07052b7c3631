import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import ICAL from 'ical.js'
import { sql } from 'kysely'
import { resetPassword } from '#booking/identity/login/account.service.ts'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import * as userStore from '#booking/identity/users/user.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import { openFeed } from './calendar.service.ts'
import { createCalendarFeeds } from './calendar-feeds.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
})
after(() => booking.close())

type Person = { token: string; id: number }

const anOwnEvent = (overrides: Parameters<typeof anEvent>[1] = {}) =>
  anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, ...overrides })
const edit = (id: number, body: object) =>
  booking.request('PUT', `/api/events/${id}`, { token: organiser.token, body })
const fileOf = (id: number | string, token: string | undefined = organiser.token, headers = {}) =>
  booking.request('GET', `/api/events/${id}/calendar.ics`, { token, headers })
const open = ({ token }: Person) => booking.request('POST', '/api/bookings/calendar-token', { token })
const feed = (secret: string, headers = {}) =>
  booking.request('GET', `/api/bookings/calendar.ics?token=${secret}`, { headers })
const book = async ({ token }: Person, event_id: number): Promise<number> =>
  (await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).body.booking.id

/** Parses a file with another library, as a calendar program would. */
function read(text: string) {
  assert.ok(text.endsWith('\r\nEND:VCALENDAR\r\n'))
  for (const line of text.split('\r\n')) {
    assert.ok(Buffer.byteLength(line) <= 75, `${line} is not folded`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there.
    assert.doesNotMatch(line, /[\0-\x08\n-\x1f\x7f]/)
  }
  const calendar = new ICAL.Component(ICAL.parse(text))
  assert.equal(calendar.getFirstPropertyValue('version'), '2.0')
  assert.match(String(calendar.getFirstPropertyValue('prodid')), /Stillpoint/)
  assert.ok(
    calendar.getAllSubcomponents().length > 0,
    'a calendar has at least one component (RFC 5545, 3.6)',
  )
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component)
    const value = (name: string) => component.getFirstPropertyValue(name)?.toString()
    return {
      uid: event.uid,
      title: event.summary,
      description: event.description,
      location: event.location,
      start: event.startDate.toJSDate().toISOString(),
      end: event.endDate.toJSDate().toISOString(),
      sequence: event.sequence,
      status: value('status'),
      url: value('url'),
      stamp: value('dtstamp'),
      lastModified: value('last-modified'),
    }
  })
}

async function entriesOf(secret: string) {
  const { status, body } = await feed(secret)
  assert.equal(status, 200, JSON.stringify(body))
  return read(body)
}

test('the file of an event says when, where and what', async () => {
  const id = await anOwnEvent({
    title: 'Yoga, slow; "deep" \\ long',
    description: `Line one\nLine two: ${'äöü😀'.repeat(30)}`,
    location: null,
    virtual_link: 'https://meet.example.com/ä,b;c?d=e',
    start_datetime: new Date('2091-06-01T07:00:00Z'),
    end_datetime: new Date('2091-06-01T08:30:00Z'),
  })
  const { status, headers, body } = await fileOf(id)
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'text/calendar; charset=utf-8')
  assert.equal(headers['content-disposition'], `attachment; filename="event-${id}.ics"`)
  assert.equal(headers['cache-control'], 'private, no-cache')
  const [entry, ...others] = read(body)
  assert.deepEqual(others, [])
  const { uid, stamp, lastModified, ...rest } = entry as NonNullable<typeof entry>
  assert.match(uid, new RegExp(`^event-${id}@[0-9a-f-]{36}\\.stillpoint$`))
  assert.equal(stamp, lastModified)
  assert.deepEqual(rest, {
    title: 'Yoga, slow; "deep" \\ long',
    description: `Line one\nLine two: ${'äöü😀'.repeat(30)}\n\nWith Jane Smith\n\nRequirements: Bring your own mat\n\nhttps://meet.example.com/ä,b;c?d=e`,
    location: 'https://meet.example.com/ä,b;c?d=e',
    start: '2091-06-01T07:00:00.000Z',
    end: '2091-06-01T08:30:00.000Z',
    sequence: 0,
    status: 'CONFIRMED',
    url: 'https://meet.example.com/%C3%A4%2Cb%3Bc?d=e',
  })
})

test('a change raises the sequence, a cancellation says so, and the id stays', async () => {
  const id = await anOwnEvent()
  const [before] = read((await fileOf(id)).body)
  booking.clock.advance(60)
  await edit(id, { title: 'Elsewhere', location: 'Room 2' })
  await edit(id, { price: 3 })
  const [moved] = read((await fileOf(id)).body)
  assert.deepEqual([moved?.uid, moved?.sequence, moved?.location], [before?.uid, 1, 'Room 2'])
  assert.notEqual(moved?.lastModified, before?.lastModified)
  await booking.request('PUT', `/api/events/${id}/cancel`, {
    token: organiser.token,
    body: { reason: 'Storm' },
  })
  const [cancelled] = read((await fileOf(id)).body)
  assert.deepEqual([cancelled?.uid, cancelled?.sequence, cancelled?.status], [before?.uid, 2, 'CANCELLED'])
  assert.match(cancelled?.description ?? '', /^Cancelled: Storm\n/)
})

test('a request with the current ETag gets 304', async () => {
  const id = await anOwnEvent()
  const { headers } = await fileOf(id)
  const etag = String(headers.etag)
  for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const answer = await fileOf(id, organiser.token, { 'if-none-match': known })
    assert.deepEqual([answer.status, answer.body, answer.headers.etag], [304, '', etag], known)
  }
  const other = await fileOf(id, organiser.token, { 'if-none-match': '"other"' })
  assert.equal(other.status, 200)
  await book(await aUser(booking.deps), id)
  assert.equal((await fileOf(id)).headers.etag, etag, 'seats are no news')
  await edit(id, { title: 'New' })
  assert.equal((await fileOf(id, organiser.token, { 'if-none-match': etag })).status, 200)
})

test('the file of an event is for who is logged in, and needs an event', async () => {
  const id = await anOwnEvent()
  assert.equal((await booking.request('GET', `/api/events/${id}/calendar.ics`)).status, 401)
  for (const unknown of [999_999, 'abc']) assert.equal((await fileOf(unknown)).status, 404)
})

test('the feed shows its owner’s bookings to anybody with the token', async () => {
  const [person, stranger] = [await aUser(booking.deps), await aUser(booking.deps)]
  const opened = await open(person)
  assert.equal(opened.status, 201)
  const { url, token } = opened.body
  assert.match(token, /^[\w-]{43}$/)
  assert.match(url, new RegExp(`^http://[^/]+/api/bookings/calendar\\.ics\\?token=${token}$`))
  assert.deepEqual(await entriesOf(token), [])
  const event_id = await anOwnEvent({ title: 'Mine' })
  const id = await book(person, event_id)
  await book(stranger, await anOwnEvent({ title: 'Not mine' }))
  const [entry, ...others] = await entriesOf(token)
  assert.deepEqual(others, [])
  assert.deepEqual([entry?.title, entry?.status, entry?.sequence], ['Mine', 'CONFIRMED', 0])
  assert.match(entry?.uid ?? '', new RegExp(`^booking-${id}@[0-9a-f-]{36}\\.stillpoint$`))
  const { headers } = await feed(token)
  assert.equal(headers['content-type'], 'text/calendar; charset=utf-8')
  assert.equal((await feed(token, { 'if-none-match': String(headers.etag) })).status, 304)
})

test('the feed of somebody without bookings is a valid calendar in which nothing is to be seen', async () => {
  const person = await aUser(booking.deps)
  const secret = (await open(person)).body.token
  const { headers, body } = await feed(secret)
  assert.deepEqual(read(body), [])
  const components = new ICAL.Component(ICAL.parse(body)).getAllSubcomponents()
  assert.deepEqual(
    components.map(({ name }) => name),
    ['vtimezone'],
  )
  const zone = new ICAL.Timezone(components[0] as ICAL.Component)
  const summer = ICAL.Time.fromData({ year: 2026, month: 7, day: 1 })
  assert.deepEqual([zone.tzid, zone.utcOffset(summer)], ['Etc/UTC', 0])
  assert.equal((await feed(secret, { 'if-none-match': String(headers.etag) })).status, 304)
  await book(person, await anOwnEvent())
  assert.doesNotMatch((await feed(secret)).body, /VTIMEZONE/)
})

test('an event that moves, moves in the feed; one that is cancelled is cancelled there, with a higher sequence', async () => {
  const person = await aUser(booking.deps)
  const secret = (await open(person)).body.token
  const event_id = await anOwnEvent()
  await book(person, event_id)
  const start = new Date(booking.clock.now().getTime() + 500 * 86_400_000)
  const end = new Date(start.getTime() + 3_600_000)
  await edit(event_id, { start_datetime: toWireTime(start), end_datetime: toWireTime(end) })
  const [moved] = await entriesOf(secret)
  assert.deepEqual([moved?.start, moved?.end, moved?.sequence], [start.toISOString(), end.toISOString(), 1])
  await booking.request('PUT', `/api/events/${event_id}/cancel`, { token: organiser.token, body: {} })
  const [cancelled] = await entriesOf(secret)
  assert.deepEqual([cancelled?.uid, cancelled?.status, cancelled?.sequence], [moved?.uid, 'CANCELLED', 3])
})

test('a booking that was cancelled is shown as cancelled for thirty days, so that calendars drop it', async () => {
  const own = await startTestBooking()
  const [{ token, id: userId }, event_id] = [
    await aUser(own.deps),
    await anEvent(own.deps, {
      start_datetime: new Date(own.clock.now().getTime() + 90 * 86_400_000),
    }),
  ]
  const made = await own.request('POST', '/api/bookings/', { token, body: { event_id } })
  const secret = (await own.request('POST', '/api/bookings/calendar-token', { token })).body.token
  const entries = async () =>
    read((await own.request('GET', `/api/bookings/calendar.ics?token=${secret}`)).body)
  await own.request('PUT', `/api/bookings/${made.body.booking.id}/cancel`, { token })
  const again = await own.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.deepEqual(
    (await entries()).map(({ uid, status, sequence }) => [Number(/\d+/.exec(uid)?.[0]), status, sequence]),
    [
      [again.body.booking.id, 'CONFIRMED', 0],
      [made.body.booking.id, 'CANCELLED', 1],
    ],
  )
  own.clock.advance(30 * 86_400)
  assert.deepEqual(
    (await entries()).map(({ status }) => status),
    ['CONFIRMED'],
  )
  own.clock.advance(70 * 86_400)
  assert.equal((await entries()).length, 1, 'what is over is still in the diary')
  own.clock.advance(366 * 86_400)
  assert.deepEqual(await entries(), [])
  assert.ok(userId)
  await own.close()
})

test('a token is invalid once it is replaced or revoked, or its account is closed', async () => {
  const person = await aUser(booking.deps)
  const first = (await open(person)).body.token
  const second = (await open(person)).body.token
  assert.notEqual(first, second)
  assert.equal((await feed(first)).status, 401)
  assert.equal((await feed(second)).status, 200)
  const revoke = () => booking.request('DELETE', '/api/bookings/calendar-token', { token: person.token })
  assert.equal((await revoke()).status, 200)
  assert.equal((await feed(second)).status, 401)
  const again = await revoke()
  assert.deepEqual([again.status, again.body.code], [404, 'calendar_token_not_found'])
  const third = (await open(person)).body.token
  await booking.deps.db.updateTable('users').set({ is_active: false }).where('id', '=', person.id).execute()
  assert.equal((await feed(third)).status, 401)
})

test('deleting the account deletes the token', async () => {
  const person = await aUser(booking.deps)
  const secret = (await open(person)).body.token
  const body = { confirm: 'DELETE' }
  const deleted = await booking.request('DELETE', '/api/auth/account', { token: person.token, body })
  assert.equal(deleted.status, 200, JSON.stringify(deleted.body))
  assert.equal((await feed(secret)).status, 401)
  const { rows } = await sql`select from calendar_tokens where user_id = ${person.id}`.execute(
    booking.deps.db,
  )
  assert.deepEqual(rows, [])
})

test('every invalid token gets the same answer', async () => {
  const person = await aUser(booking.deps)
  const { token } = (await open(person)).body
  const { body: expected } = await feed('')
  assert.equal(expected.code, 'invalid_calendar_token')
  for (const wrong of [
    'x',
    token.slice(1),
    token.toUpperCase(),
    `${token}x`,
    person.token.slice(0, 100),
    '%00',
  ]) {
    const { status, body } = await feed(wrong)
    if (wrong === '%00') assert.equal(status, 400)
    else assert.deepEqual([status, body], [401, expected], wrong)
  }
  const byHeader = await booking.request('GET', '/api/bookings/calendar.ics', { token: person.token })
  assert.deepEqual([byHeader.status, byHeader.body], [401, expected])
  const { rows } = await sql`select * from calendar_tokens where token_hash like ${`%${token}%`}`.execute(
    booking.deps.db,
  )
  assert.deepEqual(rows, [], 'only its hash is kept')
})

test('nobody makes or revokes a secret without logging in', async () => {
  assert.equal((await booking.request('POST', '/api/bookings/calendar-token')).status, 401)
  assert.equal((await booking.request('DELETE', '/api/bookings/calendar-token')).status, 401)
})

test('texts of every kind are written correctly, and none adds a line', async () => {
  const texts = [
    'a\r\nATTENDEE:mailto:x@y.z',
    'a\rb',
    'a\nEND:VCALENDAR',
    'a\u2028b',
    'a\u0085b',
    ':;,"\\^',
    'b\bell\u001b[31m',
    '\u202eevil',
  ]
  for (const title of texts) {
    const id = await anOwnEvent({ title, description: title })
    const [entry, ...others] = read((await fileOf(id)).body)
    assert.deepEqual(others, [])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the library of the product may not keep them.
    const kept = title.replace(/\r\n|[\r\u2028\u0085]/g, '\n').replace(/[\b\x1b]/g, '')
    assert.equal(entry?.title, kept)
    assert.ok(entry?.description.startsWith(kept))
  }
})

test('ids of two studios are never the same', async () => {
  const other = await startTestBooking()
  const { token } = await aUser(other.deps)
  const [ours, theirs] = [await anOwnEvent(), await anEvent(other.deps)]
  const idOf = (text: string) => /UID:.*@(\S+)/.exec(text.replace(/\r\n /g, ''))?.[1]
  const [mine, again] = [idOf((await fileOf(ours)).body), idOf((await fileOf(await anOwnEvent())).body)]
  const foreign = (await other.request('GET', `/api/events/${theirs}/calendar.ics`, { token })).body
  assert.equal(mine, again)
  assert.notEqual(mine, idOf(foreign))
  await other.close()
})

test('the calendar token ends with the sessions of the account, however those end', async () => {
  const account = { password_hash: await hashPassword('the-first-password'), email: 'feed@example.com' }
  const endings: Record<string, (person: Person) => Promise<unknown>> = {
    'log out everywhere': ({ token }) =>
      booking.request('POST', '/api/auth/logout', { token, body: { everywhere: true } }),
    'a new password': ({ token }) => {
      const body = { current_password: 'the-first-password', new_password: 'the-second-password' }
      return booking.request('PUT', '/api/auth/password', { token, body })
    },
    'a reset': () => resetPassword(booking.deps, account.email, 'the-third-password'),
    'anything else that ends sessions': ({ id }) =>
      booking.deps.db.transaction().execute((trx) => userStore.updateAndEndSessions(trx, id, {})),
    'a closed account': ({ id }) => userStore.update(booking.deps.db, id, { is_active: false }),
  }
  for (const [name, end] of Object.entries(endings)) {
    const person = await aUser(booking.deps, account)
    const opened = await open(person)
    assert.equal(opened.status, 201)
    assert.equal((await feed(opened.body.token)).status, 200)
    await end(person)
    assert.equal((await feed(opened.body.token)).status, 401, name)
    await userStore.update(booking.deps.db, person.id, { email: `${person.id}@example.com` })
  }
})

test('the owner can read when the token was created, and gets 404 without one', async () => {
  const person = await aUser(booking.deps)
  const look = (token?: string) => booking.request('GET', '/api/bookings/calendar-token', { token })
  assert.equal((await look()).status, 401)
  const none = await look(person.token)
  assert.deepEqual([none.status, none.body.code], [404, 'calendar_token_not_found'])
  const opened_at = toWireTime(booking.clock.now())
  await open(person)
  booking.clock.advance(60)
  assert.deepEqual((await look(person.token)).body, { opened_at })
  await booking.request('POST', '/api/auth/logout', { token: person.token, body: { everywhere: true } })
  const again = await userStore.findById(booking.deps.db, person.id)
  assert.ok(again)
  const token = await booking.deps.identity.sessions.issue('access', again)
  assert.equal((await look(token)).status, 404)
  const close = await booking.request('DELETE', '/api/bookings/calendar-token', { token })
  assert.equal(close.status, 404, 'there is nothing to close')
})

test('a token created while the sessions end is not valid afterwards', async () => {
  const person = await aUser(booking.deps)
  await booking.request('GET', '/api/auth/profile', { token: person.token })
  const caller = await userStore.findById(booking.deps.db, person.id)
  assert.ok(caller)
  await booking.deps.db.transaction().execute((trx) => userStore.updateAndEndSessions(trx, person.id, {}))
  await assert.rejects(openFeed(booking.deps, caller), { code: 'invalid_token' })
})

test('an unchanged file is not built for its ETag; frequent requests get the cached file', async () => {
  const person = await aUser(booking.deps)
  const secret = (await open(person)).body.token
  const [first, second] = [await anOwnEvent({ title: 'First' }), await anOwnEvent({ title: 'Second' })]
  await book(person, first)
  const written = async () => (await feed(secret)).body
  const text = await written()
  const { headers } = await feed(secret)
  const own = await booking.startInstance()
  const elsewhere = await own.request('GET', `/api/bookings/calendar.ics?token=${secret}`)
  assert.deepEqual(
    [elsewhere.headers.etag, elsewhere.body],
    [headers.etag, text],
    'every instance says the same',
  )
  const known = { 'if-none-match': String(headers.etag) }
  assert.equal((await feed(secret, known)).status, 304)
  const [answers] = [await Promise.all(Array.from({ length: 20 }, () => feed(secret, known)))]
  assert.ok(answers.every(({ status }) => status === 304))
  await book(person, second)
  assert.equal(await written(), text, 'after so many looks it waits for the next second')
  await waitUntil(async () => (await written()).includes('SUMMARY:Second'), 5_000)
  assert.equal((await feed(secret, known)).status, 200)
})

test('all that the file is made of makes another tag', async () => {
  const person = await aUser(booking.deps)
  const event_id = await anOwnEvent()
  const id = await book(person, event_id)
  const { db, clock } = booking.deps
  const tags: string[] = []
  const look = async () => tags.push((await createCalendarFeeds(db, clock).read(person.id)).etag)
  await look()
  await edit(event_id, { title: 'Other' })
  await look()
  booking.clock.advance(1)
  await edit(event_id, { description: 'Other' })
  await look()
  await booking.deps.db
    .updateTable('facilitators')
    .set({ last_name: 'Other' })
    .where('id', '=', organiser.facilitator_id)
    .execute()
  await look()
  await booking.request('PUT', `/api/bookings/${id}/cancel`, { token: person.token })
  await look()
  booking.clock.advance(31 * 86_400)
  await look()
  assert.equal(new Set(tags).size, 6)
  await look()
  assert.equal(tags[6], tags[5])
})
