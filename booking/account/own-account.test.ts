import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

const read = (token?: string) => booking.request('GET', '/api/auth/account', { token })

test('an attendee is neither admin nor facilitator', async () => {
  const { token } = await aUser(booking.deps, { google_sub: 'google-1', email_proven: true })
  assert.deepEqual((await read(token)).body, {
    account: {
      is_admin: false,
      has_password: false,
      signs_in_with_google: true,
      email_verified: true,
      email_proven: true,
    },
    facilitator: null,
    preferences: { reminders: true, booking_mails: true, new_bookings: true, cancellations: true },
    calendar_opened_at: null,
  })
})

test('facilitators and admins are shown as such', async () => {
  const leader = await aUser(booking.deps, { is_admin: true, password_hash: 'hash' })
  const facilitator = await aFacilitator(booking.deps, { user_id: leader.id })
  const { body } = await read(leader.token)
  assert.deepEqual([body.account.is_admin, body.account.has_password], [true, true])
  assert.deepEqual([body.facilitator.id, body.facilitator.name], [facilitator.id, 'Jane Smith'])
})

test('the account says since when the calendar is open, to its owner only', async () => {
  const [owner, other] = [await aUser(booking.deps), await aUser(booking.deps)]
  const openedAt = async ({ token }: { token: string }) => (await read(token)).body.calendar_opened_at
  const open = (method: 'POST' | 'DELETE') =>
    booking.request(method, '/api/bookings/calendar-token', { token: owner.token })
  await open('POST')
  const first = toWireTime(booking.clock.now())
  assert.deepEqual([await openedAt(owner), await openedAt(other)], [first, null])
  booking.clock.advance(90)
  await open('POST')
  assert.equal(await openedAt(owner), toWireTime(booking.clock.now()), 'a new token has a new time')
  await open('DELETE')
  assert.equal(await openedAt(owner), null)
})

test('it needs a login', async () => {
  assert.equal((await read()).status, 401)
})
