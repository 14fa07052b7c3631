import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashPassword } from '#booking/identity/login/passwords.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const exported = (token: string | undefined) => booking.request('GET', '/api/auth/export', { token })

test('everything that is held about somebody comes as a file', async () => {
  const password_hash = await hashPassword('securepassword123')
  const { token, ...user } = await aUser(booking.deps, { password_hash, phone: '+49 1', is_admin: true })
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: user.id })
  const event_id = await anEvent(booking.deps, { price: 12.5 })
  const booked = await booking.request('POST', '/api/bookings/', {
    token,
    body: { event_id, notes: 'A mat, please' },
  })
  const full = await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
  await booking.request('POST', `/api/events/${full}/waitlist`, { token, body: { notes: 'Any time' } })
  await booking.request('POST', '/api/auth/logout', {
    token: await booking.deps.identity.sessions.issue('access', user),
  })
  await booking.request('PUT', `/api/facilitators/${facilitator_id}`, { token, body: { bio: 'Sits still' } })

  await booking.deps.identity.sessions.start(user, 'Firefox on Linux')
  await booking.request('POST', '/api/bookings/calendar-token', { token })
  const { status, headers, body } = await exported(token)
  assert.equal(status, 200)
  assert.match(String(headers['content-type']), /^application\/json/)
  assert.equal(headers['content-disposition'], `attachment; filename="stillpoint-account-${user.id}.json"`)
  assert.equal(headers['cache-control'], 'no-store')
  const { body: profile } = await booking.request('GET', '/api/auth/profile', { token })
  assert.deepEqual(body.profile, profile.user)
  assert.deepEqual(body.account, {
    is_admin: true,
    has_password: true,
    signs_in_with_google: false,
    email_verified: false,
    email_proven: false,
  })
  assert.equal(body.facilitator.bio, 'Sits still')
  assert.equal(body.bookings.length, 1)
  assert.deepEqual(
    [body.bookings[0].id, body.bookings[0].notes, body.bookings[0].event.id, body.bookings[0].event.price],
    [booked.body.booking.id, 'A mat, please', event_id, 12.5],
  )
  assert.deepEqual(
    body.waitlist.map((entry: { event: { id: number }; notes: string }) => [entry.event.id, entry.notes]),
    [[full, 'Any time']],
  )
  assert.equal(body.sessions_ended.length, 1)
  assert.deepEqual([body.sessions.length, body.sessions[0].device], [1, 'Firefox on Linux'])
  assert.equal(body.calendar_opened_at, toWireTime(booking.clock.now()))
  assert.deepEqual(
    body.activity.map((entry: { action: string }) => entry.action),
    ['user.calendar_opened', 'facilitator.updated', 'waitlist.joined', 'booking.created'],
  )
})

test('the export says what a booking costs, and what the event costs now', async () => {
  const user = await aUser(booking.deps)
  const leader = await anOrganiser(booking.deps)
  const event_id = await anEvent(booking.deps, { facilitator_id: leader.facilitator_id, price: 20 })
  await booking.request('POST', '/api/bookings/', { token: user.token, body: { event_id } })
  await booking.request('PUT', `/api/events/${event_id}`, { token: leader.token, body: { price: 90 } })
  const { body } = await exported(user.token)
  assert.deepEqual([body.bookings[0].price, body.bookings[0].event.price], [20, 90])
})

test('the export has what others did to the person, and nothing else of others', async () => {
  const [user, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const leader = await aUser(booking.deps)
  const { id: facilitator_id } = await aFacilitator(booking.deps, { user_id: leader.id })
  const event_id = await anEvent(booking.deps, { facilitator_id })
  for (const { token } of [user, other])
    await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  await booking.request('PUT', `/api/events/${event_id}/cancel`, { token: leader.token })
  const { body } = await exported(user.token)
  assert.deepEqual(
    body.activity.map((entry: { action: string; actor_id: number }) => [entry.action, entry.actor_id]),
    [
      ['booking.cancelled', leader.id],
      ['booking.created', user.id],
    ],
  )
  assert.doesNotMatch(JSON.stringify(body), new RegExp(other.email))
})

test('somebody of whom little is known has empty lists; hashes and tokens are never part of it', async () => {
  const { token } = await aUser(booking.deps, { google_sub: 'a-google-account', email_proven: true })
  const { body } = await exported(token)
  assert.deepEqual(
    [body.facilitator, body.bookings, body.waitlist, body.sessions_ended, body.activity, body.sessions],
    [null, [], [], [], [], []],
  )
  assert.equal(body.account.signs_in_with_google, true)
  assert.doesNotMatch(JSON.stringify(body), /hash|argon2|a-google-account|session_version|eyJ/)
})

test('nobody exports anything without being logged in', async () => {
  assert.equal((await exported(undefined)).status, 401)
  assert.equal(
    (await exported(await booking.deps.identity.sessions.issue('refresh', await aUser(booking.deps)))).status,
    401,
  )
})

test('exports are limited', async () => {
  const own = await startTestBooking({ env: { AUTH_RATE_LIMIT: 'on' } })
  const [person, other] = [await aUser(own.deps), await aUser(own.deps)]
  const ask = ({ token }: { token: string }) => own.request('GET', '/api/auth/export', { token })
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(person)))
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 429, 429, 429, 429])
  const refused = answers.find(({ status }) => status === 429)
  assert.match(refused?.body.error, /try again in 5 s/)
  assert.equal(refused?.headers['retry-after'], '5')
  assert.equal((await ask(other)).status, 200)
  await own.close()
})
