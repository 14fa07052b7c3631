import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

let booking: TestBooking
let admin: string

before(async () => {
  booking = await startTestBooking()
  admin = (await aUser(booking.deps, { is_admin: true })).token
})
after(() => booking.close())

const remove = (id: number | string, token: string | undefined, body: unknown = {}) =>
  booking.request('POST', `/api/users/${id}/cancel-bookings`, { body, ...(token && { token }) })
const book = async (token: string, event_id: number): Promise<number> => {
  const { status, body } = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  assert.equal(status, 201, JSON.stringify(body))
  return body.booking.id
}
const wait = (token: string, event_id: number) =>
  booking.request('POST', `/api/events/${event_id}/waitlist`, { token, body: {} })
const statusesOf = async (token: string) => {
  const { body } = await booking.request('GET', '/api/bookings/', { token })
  return new Map(body.bookings.map(({ id, status }: { id: number; status: string }) => [id, status]))
}

test('an admin cancels all upcoming bookings of a person, with promotions and CRM messages', async () => {
  const [hoarder, next] = [await aUser(booking.deps), await aUser(booking.deps)]
  const [full, other] = [await anEvent(booking.deps, { max_participants: 1 }), await anEvent(booking.deps)]
  const taken = await anEvent(booking.deps, { max_participants: 1 })
  await book(next.token, taken)
  const ids = [await book(hoarder.token, full), await book(hoarder.token, other)]
  assert.deepEqual(
    [(await wait(hoarder.token, taken)).status, (await wait(next.token, full)).status],
    [201, 201],
  )
  const { status, body } = await remove(hoarder.id, admin, { reason: ' One seat each, please ' })
  assert.deepEqual([status, body.cancelled_bookings, body.left_lines], [200, 2, 1])
  const mine = await booking.request('GET', `/api/bookings/${ids[0]}`, { token: hoarder.token })
  assert.deepEqual(
    [mine.body.booking.status, mine.body.booking.cancellation_reason],
    ['CANCELLED', 'One seat each, please'],
  )
  assert.deepEqual([...(await statusesOf(next.token)).values()], ['CONFIRMED', 'CONFIRMED'])
  const delivered = () => booking.crm.received.filter(({ status }) => status === 'cancelled').length
  await waitUntil(() => delivered() === 2, 5_000)
  const log = await booking.request('GET', `/api/audit-log?subject=user&subject_id=${hoarder.id}`, {
    token: admin,
  })
  assert.deepEqual(
    [log.body.entries[0].action, log.body.entries[0].details],
    ['user.bookings_cancelled', { cancelled_bookings: 2, left_lines: 1 }],
  )
  const profile = await booking.request('GET', '/api/auth/profile', { token: hoarder.token })
  assert.equal(profile.status, 200, 'the account stays open')
  const again = await remove(hoarder.id, admin, undefined)
  assert.deepEqual([again.status, again.body.cancelled_bookings, again.body.left_lines], [200, 0, 0])
})

test('a facilitator cancels what is at events of theirs, and nothing else', async () => {
  const [own, others] = [await anOrganiser(booking.deps), await anOrganiser(booking.deps)]
  const hoarder = await aUser(booking.deps)
  const mine = await book(hoarder.token, await anEvent(booking.deps, { facilitator_id: own.facilitator_id }))
  const theirs = await book(
    hoarder.token,
    await anEvent(booking.deps, { facilitator_id: others.facilitator_id }),
  )
  const { status, body } = await remove(hoarder.id, own.token)
  assert.deepEqual([status, body.cancelled_bookings, body.left_lines], [200, 1, 0])
  assert.deepEqual(
    await statusesOf(hoarder.token),
    new Map([
      [theirs, 'CONFIRMED'],
      [mine, 'CANCELLED'],
    ]),
  )
})

test('what has begun stays', async () => {
  const user = await aUser(booking.deps)
  const id = await book(user.token, await anEvent(booking.deps))
  booking.clock.advance(30 * 24 * 3_600)
  const token = await booking.deps.identity.sessions.issue('access', user)
  const boss = await aUser(booking.deps, { is_admin: true })
  assert.equal((await remove(user.id, boss.token)).body.cancelled_bookings, 0)
  assert.equal((await statusesOf(token)).get(id), 'CONFIRMED')
  admin = boss.token
})

test('others get 403, and an unknown user is 404', async () => {
  const user = await aUser(booking.deps)
  const former = await anOrganiser(booking.deps)
  const path = `/api/facilitators/${former.facilitator_id}`
  await booking.request('PUT', path, { token: admin, body: { is_active: false } })
  assert.equal((await remove(user.id, undefined)).status, 401)
  for (const token of [user.token, former.token]) {
    const answer = await remove(user.id, token)
    assert.deepEqual([answer.status, answer.body.code], [403, 'facilitators_only'])
  }
  for (const id of [2_147_483_647, 0, 'abc']) assert.equal((await remove(id, admin)).status, 404)
  for (const reason of [5, 'x'.repeat(501)]) {
    const { status, body } = await remove(user.id, admin, { reason })
    assert.deepEqual([status, body.details[0].field], [400, 'reason'])
  }
})
