import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { startTestCrm, TEST_CRM_TOKEN, type TestCrm } from '#harness/apps/test-crm.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { aNotification } from '#harness/data/notification.factory.ts'

/** Fields that exist in our tables or might, and that no caller may set. */
const FOREIGN_FIELDS = {
  id: 987_654,
  user_id: 987_654,
  event_id: undefined,
  status: 'COMPLETED',
  payment_status: 'paid',
  price: 0,
  is_active: false,
  is_admin: true,
  email_proven: true,
  session_version: 987_654,
  is_demo: true,
  removal_reason: 'foreign-reason',
  google_sub: 'foreign-sub',
  sub: 'foreign-sub',
  password_hash: 'foreign-hash',
  role: 'foreign-admin',
  created_at: '1999-09-09T09:09:09',
  updated_at: '1999-09-09T09:09:09',
  received_at: '1999-09-09T09:09:09',
  booking_date: '1999-09-09T09:09:09',
  crm_status: 'completed',
  crm_notified_at: '1999-09-09T09:09:09',
  attendance: 'attended',
  checked_in_at: '1999-09-09T09:09:09',
  joined_at: '1999-09-09T09:09:09',
  current_participants: 987_654,
  max_participants: 987_654,
  notification_id: 987_654,
  series_id: 987_654,
  sequence: 987_654,
  revision: 987_654,
  has_clash: true,
  cancellation_reason: 'foreign-reason',
}
const TRACES = /987654|foreign-|1999-09-09/

let booking: TestBooking
let crm: TestCrm

before(async () => {
  booking = await startTestBooking()
  crm = await startTestCrm()
})
after(async () => {
  await booking.close()
  await crm.close()
})

// biome-ignore lint/suspicious/noExplicitAny: a test looks into rows of every table, and asserts what it finds.
type Row = any

/** Every row of a table. */
async function rows(table: string, { deps }: TestBooking | TestCrm = booking): Promise<Row[]> {
  const found = await sql<{ row: Row }>`select row_to_json(t) as row from ${sql.table(table)} t`.execute(
    deps.db as TestBooking['deps']['db'],
  )
  return found.rows.map(({ row }) => row)
}

async function find(table: string, id: number, key = 'id'): Promise<Row> {
  return (await rows(table)).find((row) => row[key] === id)
}

async function change(
  method: 'POST' | 'PUT',
  url: string,
  token: string | undefined,
  body: object,
  status = 200,
) {
  const answer = await booking.request(method, url, { token, body })
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  return answer.body
}

const assertUntouched = (row: Row) => assert.doesNotMatch(JSON.stringify(row), TRACES)
const SECRET = /password|hash|sub"|is_admin|session_version/

const person = { email: 'mass@example.com', password: 'securepassword123', first_name: 'M', last_name: 'A' }

test('registering sets what is asked for and nothing else', async () => {
  const body = await change('POST', '/api/auth/register', undefined, { ...FOREIGN_FIELDS, ...person }, 201)
  const [row] = await rows('users')
  assertUntouched(row)
  const { is_admin, is_active, email_proven, session_version, google_sub } = row
  assert.deepEqual(
    [is_admin, is_active, email_proven, session_version, google_sub],
    [false, true, false, 0, null],
  )
  assert.doesNotMatch(JSON.stringify(body), SECRET)
})

test('logging in changes nothing, and shows nothing secret', async () => {
  const before = await rows('users')
  const sent = { ...FOREIGN_FIELDS, email: person.email, password: person.password }
  const { user } = await change('POST', '/api/auth/login', undefined, sent)
  assert.deepEqual(await rows('users'), before)
  const shown = ['created_at', 'email', 'first_name', 'id', 'is_active', 'last_name', 'phone']
  assert.deepEqual(Object.keys(user).sort(), shown)
})

test('a profile says of a person what may be said, and nothing else', async () => {
  const user = await aUser(booking.deps)
  const before = await find('users', user.id)
  const sent = { ...FOREIGN_FIELDS, first_name: 'Anna' }
  const body = await change('PUT', '/api/auth/profile', user.token, sent)
  const search_text = before.search_text.replace('ann ', 'anna ')
  assert.deepEqual(await find('users', user.id), { ...before, first_name: 'Anna', search_text })
  assert.doesNotMatch(JSON.stringify(body), SECRET)
})

test('a new password is a new password, and the end of sessions', async () => {
  const user = await aUser(booking.deps, { password_hash: await hashPassword('the-first-password') })
  const before = await find('users', user.id)
  const passwords = { current_password: 'the-first-password', new_password: 'an unheard-of phrase' }
  await change('PUT', '/api/auth/password', user.token, { ...FOREIGN_FIELDS, ...passwords })
  const row = await find('users', user.id)
  const { password_hash } = row
  assert.match(password_hash, /^\$argon2id\$/)
  assert.deepEqual(row, { ...before, password_hash, session_version: 1 })
})

test('a facilitator says how they are shown, and nothing else', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const { is_active: _, ...foreign } = FOREIGN_FIELDS
  const sent = { ...foreign, ...person, email: 'appointed@example.com' }
  const { facilitator } = await change('POST', '/api/facilitators/', token, sent, 201)
  await change('PUT', `/api/facilitators/${facilitator.id}`, token, { ...foreign, bio: 'B' })
  const row = await find('facilitators', facilitator.id)
  const user = await find('users', row.user_id)
  for (const each of [row, user]) assertUntouched(each)
  assert.deepEqual([user.email, user.is_admin], [sent.email, false])
})

test('an admin sets whether an account is open and who is an admin, and nothing else', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const user = await aUser(booking.deps, { email_proven: true })
  const before = await find('users', user.id)
  const { is_active: _, is_admin: __, email_proven: ___, ...foreign } = FOREIGN_FIELDS
  const sent = { ...foreign, email_proven: false, is_demo: true, email: 'foreign-address', is_admin: true }
  await change('PUT', `/api/users/${user.id}`, token, sent)
  assert.deepEqual(await find('users', user.id), { ...before, is_admin: true })
})

test('logging out ends the sessions of who logs out', async () => {
  const [user, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const others = async () => (await rows('users')).filter(({ id }) => id !== user.id)
  const before = await others()
  const sent = { ...FOREIGN_FIELDS, user_id: other.id, id: other.id, everywhere: true }
  await change('POST', '/api/auth/logout', user.token, sent)
  assert.deepEqual(await others(), before)
})

test('booking sets the event and the notes, for the caller', async () => {
  const [user, event_id] = [await aUser(booking.deps), await anEvent(booking.deps)]
  const read = async () =>
    (await rows('events')).map((row) => ({ ...row, current_participants: 0, revision: 0 }))
  const before = await read()
  await change('POST', '/api/bookings/', user.token, { ...FOREIGN_FIELDS, event_id, notes: 'mine' }, 201)
  const [row] = await rows('bookings')
  assertUntouched(row)
  const { user_id, status, payment_status, notes } = row
  assert.deepEqual([user_id, status, payment_status, notes], [user.id, 'CONFIRMED', 'pending', 'mine'])
  assert.deepEqual(await read(), before)
})

/** Somebody with a booking. */
async function aBooker() {
  const [user, event_id] = [await aUser(booking.deps), await anEvent(booking.deps)]
  const made = await change('POST', '/api/bookings/', user.token, { event_id }, 201)
  return { ...user, event_id, booking_id: made.booking.id as number }
}

test('cancelling cancels, whatever is sent along', async () => {
  const { token, booking_id } = await aBooker()
  await change('PUT', `/api/bookings/${booking_id}/cancel`, token, FOREIGN_FIELDS)
  const row = await find('bookings', booking_id)
  assertUntouched(row)
  assert.deepEqual([row.status, row.payment_status], ['CANCELLED', 'pending'])
})

test('an event is made of what an organiser decides, and is theirs', async () => {
  const { token, facilitator_id } = await anOrganiser(booking.deps)
  const known = (await rows('events')).map(({ id }) => id)
  const given = {
    title: 'Mine',
    event_type: 'session',
    start_datetime: '2090-01-01T07:00:00',
    end_datetime: '2090-01-01T08:00:00',
    max_participants: 7,
    price: 5,
  }
  const sent = { ...FOREIGN_FIELDS, ...given }
  const { event } = await change('POST', '/api/events/', token, sent, 201)
  await change('PUT', `/api/events/${event.id}`, token, { ...sent, title: 'Still mine' })
  const [row, ...others] = (await rows('events')).filter(({ id }) => !known.includes(id))
  assert.deepEqual(others, [])
  assertUntouched(row)
  const { status, current_participants, series_id, revision, sequence } = row
  assert.deepEqual(
    [status, current_participants, series_id, revision, sequence, row.facilitator_id, row.title],
    ['ACTIVE', 0, null, 1, 1, facilitator_id, 'Still mine'],
  )
  const cancelled = await change('PUT', `/api/events/${event.id}/cancel`, token, FOREIGN_FIELDS)
  assert.equal(cancelled.event.status, 'CANCELLED')
  assertUntouched(await rows('events'))
})

test('waiting sets the notes, for the caller', async () => {
  const user = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
  const sent = { ...FOREIGN_FIELDS, notes: 'mine' }
  await change('POST', `/api/events/${event_id}/waitlist`, user.token, sent, 201)
  const [row] = await rows('waitlist_entries')
  assertUntouched(row)
  const { user_id, status, booking_id, notes } = row
  assert.deepEqual(
    [user_id, row.event_id, status, booking_id, notes],
    [user.id, event_id, 'waiting', null, 'mine'],
  )
})

test('marks at the desk set that mark and nothing else', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const { booking_id } = await aBooker()
  const { updated_at: _, crm_notified_at: __, ...before } = await find('bookings', booking_id)
  const url = `/api/bookings/${booking_id}`
  await change('PUT', `${url}/attendance`, token, { ...FOREIGN_FIELDS, attendance: null })
  await change('PUT', `${url}/payment`, token, { ...FOREIGN_FIELDS, payment_status: 'paid' })
  const { updated_at, crm_notified_at: ___, ...after } = await find('bookings', booking_id)
  assert.doesNotMatch(updated_at, /^1999/)
  assert.deepEqual(after, { ...before, payment_status: 'paid' })
})

test('cancelling for somebody cancels for them, with a reason', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const [user, other] = [await aBooker(), await aBooker()]
  const sent = { ...FOREIGN_FIELDS, id: other.id, user_id: other.id, facilitator_id: 1, reason: 'said' }
  const body = await change('POST', `/api/users/${user.id}/cancel-bookings`, token, sent)
  assert.equal(body.cancelled_bookings, 1)
  const [theirs, others] = [await find('bookings', user.booking_id), await find('bookings', other.booking_id)]
  assert.deepEqual([theirs.status, theirs.removal_reason], ['CANCELLED', 'said'])
  assert.deepEqual([others.status, others.removal_reason], ['CONFIRMED', null])
  assertUntouched(theirs)
})

const askCrm = (method: 'POST' | 'PUT', url: string, body: object) =>
  crm.request(method, url, { token: TEST_CRM_TOKEN, body })

test('a notification sets neither its own id nor how far the customer has been looked after', async () => {
  const { event_id: _, booking_date: __, status: ___, ...foreign } = FOREIGN_FIELDS
  const notification = aNotification()
  const sent = { ...foreign, ...notification, user: { ...foreign, ...notification.user } }
  assert.equal((await askCrm('POST', '/api/notify', sent)).status, 200)
  const [row] = await rows('notifications', crm)
  assertUntouched(row)
  assert.equal(row.crm_status, 'new')
})

test('a CRM status changes that status of that booking only', async () => {
  const { booking_id } = aNotification()
  for (const id of [booking_id, booking_id + 1])
    await askCrm('POST', '/api/notify', aNotification({ booking_id: id }))
  const before = (await rows('notifications', crm)).map((row) => JSON.stringify(row))
  const sent = { ...FOREIGN_FIELDS, booking_id: booking_id + 1, crm_status: 'contacted', notes: 'called' }
  assert.equal((await askCrm('PUT', `/api/bookings/${booking_id}/status`, sent)).status, 200)
  const changed = (await rows('notifications', crm)).filter((row) => !before.includes(JSON.stringify(row)))
  assert.equal(changed.length, 1)
  assertUntouched(changed)
  assert.deepEqual([changed[0].booking_id, changed[0].crm_status], [booking_id, 'contacted'])
})
