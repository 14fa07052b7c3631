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

/** Every row of a table as text. */
async function dump(
  { deps: { db } }: { deps: { db: TestBooking['deps']['db'] | TestCrm['deps']['db'] } },
  table: string,
) {
  const { rows } = await sql<{
    row: string
  }>`select row_to_json(t)::text as row from ${sql.table(table)} t`.execute(db)
  return rows.map(({ row }) => row)
}

const person = { email: 'mass@example.com', password: 'securepassword123', first_name: 'M', last_name: 'A' }

test('registering sets what is asked for and nothing else', async () => {
  const body = { ...FOREIGN_FIELDS, ...person }
  const answer = await booking.request('POST', '/api/auth/register', { body })
  assert.equal(answer.status, 201)
  const [row = ''] = await dump(booking, 'users')
  assert.doesNotMatch(row, TRACES)
  const { is_admin, is_active, email_proven, session_version, google_sub } = JSON.parse(row)
  assert.deepEqual(
    [is_admin, is_active, email_proven, session_version, google_sub],
    [false, true, false, 0, null],
  )
  assert.doesNotMatch(JSON.stringify(answer.body), /password|hash|sub"|is_admin|session_version/)
})

test('logging in changes nothing, and shows nothing secret', async () => {
  const rows = await dump(booking, 'users')
  const body = { ...FOREIGN_FIELDS, email: person.email, password: person.password }
  const answer = await booking.request('POST', '/api/auth/login', { body })
  assert.equal(answer.status, 200)
  assert.deepEqual(await dump(booking, 'users'), rows)
  assert.deepEqual(Object.keys(answer.body.user).sort(), [
    'created_at',
    'email',
    'first_name',
    'id',
    'is_active',
    'last_name',
    'phone',
  ])
})

test('a profile says of a person what may be said, and nothing else', async () => {
  const user = await aUser(booking.deps)
  const before = (await dump(booking, 'users')).find((each) => JSON.parse(each).id === user.id) ?? ''
  const body = { ...FOREIGN_FIELDS, first_name: 'Anna' }
  const answer = await booking.request('PUT', '/api/auth/profile', { token: user.token, body })
  assert.equal(answer.status, 200)
  const row = (await dump(booking, 'users')).find((each) => JSON.parse(each).id === user.id) ?? ''
  assert.deepEqual(JSON.parse(row), { ...JSON.parse(before), first_name: 'Anna' })
  assert.doesNotMatch(JSON.stringify(answer.body), /password|hash|sub"|is_admin|session_version/)
})

test('a new password is a new password, and the end of sessions', async () => {
  const user = await aUser(booking.deps, { password_hash: await hashPassword('the-first-password') })
  const before = (await dump(booking, 'users')).find((each) => JSON.parse(each).id === user.id) ?? ''
  const passwords = { current_password: 'the-first-password', new_password: 'an unheard-of phrase' }
  const body = { ...FOREIGN_FIELDS, ...passwords }
  const answer = await booking.request('PUT', '/api/auth/password', { token: user.token, body })
  assert.equal(answer.status, 200)
  const row = JSON.parse((await dump(booking, 'users')).find((each) => JSON.parse(each).id === user.id) ?? '')
  assert.match(row.password_hash, /^\$argon2id\$/)
  const { password_hash } = row
  assert.deepEqual(row, { ...JSON.parse(before), password_hash, session_version: 1 })
})

test('a facilitator says how they are shown, and nothing else', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const { is_active: _, ...foreign } = FOREIGN_FIELDS
  const email = 'appointed@example.com'
  const person = { ...foreign, email, password: 'securepassword123', first_name: 'F', last_name: 'L' }
  const created = await booking.request('POST', '/api/facilitators/', { token, body: person })
  assert.equal(created.status, 201)
  const { id } = created.body.facilitator
  const updated = await booking.request('PUT', `/api/facilitators/${id}`, {
    token,
    body: { ...foreign, bio: 'B' },
  })
  assert.equal(updated.status, 200)
  const row = (await dump(booking, 'facilitators')).find((each) => JSON.parse(each).id === id) ?? ''
  assert.doesNotMatch(row, TRACES)
  const user = (await dump(booking, 'users')).find((each) => each.includes(email)) ?? ''
  assert.doesNotMatch(user, TRACES)
  assert.deepEqual([JSON.parse(user).id, JSON.parse(user).is_admin], [JSON.parse(row).user_id, false])
})

test('an admin sets whether an account is open and who is an admin, and nothing else', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const user = await aUser(booking.deps, { email_proven: true })
  const read = async () => (await dump(booking, 'users')).filter((row) => JSON.parse(row).id === user.id)
  const [before = ''] = await read()
  const { is_active: _, is_admin: __, email_proven: ___, ...foreign } = FOREIGN_FIELDS
  const body = { ...foreign, email_proven: false, is_demo: true, email: 'foreign-address', is_admin: true }
  const { status } = await booking.request('PUT', `/api/users/${user.id}`, { token, body })
  assert.equal(status, 200)
  const [after = ''] = await read()
  assert.deepEqual(JSON.parse(after), { ...JSON.parse(before), is_admin: true })
})

test('logging out ends the sessions of who logs out', async () => {
  const [user, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const others = async () => (await dump(booking, 'users')).filter((each) => JSON.parse(each).id !== user.id)
  const before = await others()
  const body = { ...FOREIGN_FIELDS, user_id: other.id, id: other.id, everywhere: true }
  assert.equal((await booking.request('POST', '/api/auth/logout', { token: user.token, body })).status, 200)
  assert.deepEqual(await others(), before)
})

test('booking sets the event and the notes, for the caller', async () => {
  const [user, event_id] = [await aUser(booking.deps), await anEvent(booking.deps)]
  const events = await dump(booking, 'events')
  const body = { ...FOREIGN_FIELDS, event_id, notes: 'mine' }
  const answer = await booking.request('POST', '/api/bookings/', { token: user.token, body })
  assert.equal(answer.status, 201)
  const [row = ''] = await dump(booking, 'bookings')
  assert.doesNotMatch(row, TRACES)
  const { user_id, status, payment_status, notes } = JSON.parse(row)
  assert.deepEqual([user_id, status, payment_status, notes], [user.id, 'CONFIRMED', 'pending', 'mine'])
  const [before, after] = [events, await dump(booking, 'events')].map((all) =>
    all.map((each) => ({ ...JSON.parse(each), current_participants: 0, revision: 0 })),
  )
  assert.deepEqual(after, before)
})

test('cancelling cancels, whatever is sent along', async () => {
  const [user, event_id] = [await aUser(booking.deps), await anEvent(booking.deps)]
  const { token } = user
  const made = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  const { id } = made.body.booking
  const { status } = await booking.request('PUT', `/api/bookings/${id}/cancel`, {
    token,
    body: FOREIGN_FIELDS,
  })
  assert.equal(status, 200)
  const row = (await dump(booking, 'bookings')).find((each) => JSON.parse(each).id === id) ?? ''
  assert.doesNotMatch(row, TRACES)
  assert.deepEqual([JSON.parse(row).status, JSON.parse(row).payment_status], ['CANCELLED', 'pending'])
})

test('an event is made of what an organiser decides, and is theirs', async () => {
  const { token, facilitator_id } = await anOrganiser(booking.deps)
  const known = await dump(booking, 'events')
  const given = {
    title: 'Mine',
    event_type: 'session',
    start_datetime: '2090-01-01T07:00:00',
    end_datetime: '2090-01-01T08:00:00',
    max_participants: 7,
    price: 5,
  }
  const body = { ...FOREIGN_FIELDS, ...given }
  const made = await booking.request('POST', '/api/events/', { token, body })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { id } = made.body.event
  const edited = await booking.request('PUT', `/api/events/${id}`, {
    token,
    body: { ...body, title: 'Still mine' },
  })
  assert.equal(edited.status, 200)
  const [row = '', ...others] = (await dump(booking, 'events')).filter((each) => !known.includes(each))
  assert.deepEqual(others, [])
  assert.doesNotMatch(row, TRACES)
  const { status, current_participants, series_id, revision, sequence, ...event } = JSON.parse(row)
  assert.deepEqual(
    [status, current_participants, series_id, revision, sequence, event.facilitator_id, event.title],
    ['ACTIVE', 0, null, 1, 1, facilitator_id, 'Still mine'],
  )
  const cancelled = await booking.request('PUT', `/api/events/${id}/cancel`, { token, body: FOREIGN_FIELDS })
  assert.equal(cancelled.body.event.status, 'CANCELLED')
  assert.doesNotMatch((await dump(booking, 'events')).join(), TRACES)
})

test('waiting sets the notes, for the caller', async () => {
  const user = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
  const body = { ...FOREIGN_FIELDS, notes: 'mine' }
  const path = `/api/events/${event_id}/waitlist`
  const { status } = await booking.request('POST', path, { token: user.token, body })
  assert.equal(status, 201)
  const [row = ''] = await dump(booking, 'waitlist_entries')
  assert.doesNotMatch(row, TRACES)
  const { user_id, event_id: of, status: kept, booking_id, notes } = JSON.parse(row)
  assert.deepEqual([user_id, of, kept, booking_id, notes], [user.id, event_id, 'waiting', null, 'mine'])
})

test('marks at the desk set that mark and nothing else', async () => {
  const [admin, user] = [await aUser(booking.deps, { is_admin: true }), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps)
  const made = await booking.request('POST', '/api/bookings/', { token: user.token, body: { event_id } })
  const { id } = made.body.booking
  const read = async () =>
    (await dump(booking, 'bookings')).map((row) => JSON.parse(row)).find((row) => row.id === id)
  const { updated_at: _, crm_notified_at: __, ...before } = await read()
  for (const [mark, given] of [
    ['attendance', { attendance: null }],
    ['payment', { payment_status: 'paid' }],
  ] as const) {
    const body = { ...FOREIGN_FIELDS, ...given }
    const { status } = await booking.request('PUT', `/api/bookings/${id}/${mark}`, {
      token: admin.token,
      body,
    })
    assert.equal(status, 200)
  }
  const { updated_at, crm_notified_at: ___, ...after } = await read()
  assert.doesNotMatch(updated_at, /^1999/)
  assert.deepEqual(after, { ...before, payment_status: 'paid' })
})

test('cancelling for somebody cancels for them, with a reason', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const [user, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const event_id = await anEvent(booking.deps)
  for (const each of [user, other])
    await booking.request('POST', '/api/bookings/', { token: each.token, body: { event_id } })
  const body = { ...FOREIGN_FIELDS, id: other.id, user_id: other.id, facilitator_id: 1, reason: 'said' }
  const answer = await booking.request('POST', `/api/users/${user.id}/cancel-bookings`, { token, body })
  assert.equal(answer.body.cancelled_bookings, 1)
  const rows = (await dump(booking, 'bookings')).map((row) => JSON.parse(row))
  const of = (id: number) => rows.find(({ user_id }) => user_id === id)
  assert.deepEqual([of(user.id).status, of(user.id).removal_reason], ['CANCELLED', 'said'])
  assert.deepEqual([of(other.id).status, of(other.id).removal_reason], ['CONFIRMED', null])
  assert.doesNotMatch(JSON.stringify(of(user.id)), TRACES)
})

test('a notification sets neither its own id nor how far the customer has been looked after', async () => {
  const { event_id: _, booking_date: __, status: ___, ...foreign } = FOREIGN_FIELDS
  const notification = aNotification()
  const body = { ...foreign, ...notification, user: { ...foreign, ...notification.user } }
  const answer = await crm.request('POST', '/api/notify', { token: TEST_CRM_TOKEN, body })
  assert.equal(answer.status, 200)
  const [row = ''] = await dump(crm, 'notifications')
  assert.doesNotMatch(row, TRACES)
  assert.equal(JSON.parse(row).crm_status, 'new')
})

test('a CRM status changes that status of that booking only', async () => {
  const { booking_id } = aNotification()
  for (const id of [booking_id, booking_id + 1]) {
    await crm.request('POST', '/api/notify', {
      token: TEST_CRM_TOKEN,
      body: aNotification({ booking_id: id }),
    })
  }
  const rows = await dump(crm, 'notifications')
  const body = { ...FOREIGN_FIELDS, booking_id: booking_id + 1, crm_status: 'contacted', notes: 'called' }
  const { status } = await crm.request('PUT', `/api/bookings/${booking_id}/status`, {
    token: TEST_CRM_TOKEN,
    body,
  })
  assert.equal(status, 200)
  const changed = (await dump(crm, 'notifications')).filter((row) => !rows.includes(row))
  assert.equal(changed.length, 1)
  assert.doesNotMatch(changed[0] ?? '', TRACES)
  assert.deepEqual(
    [JSON.parse(changed[0] ?? '').booking_id, JSON.parse(changed[0] ?? '').crm_status],
    [booking_id, 'contacted'],
  )
})
