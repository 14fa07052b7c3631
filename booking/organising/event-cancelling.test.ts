import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { deliverDue } from '#booking/crm-link/outbox/outbox-relay.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser, crowd } from '#harness/data/factories.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
})
after(() => booking.close())

const anOwnEvent = (overrides: Parameters<typeof anEvent>[1] = {}) =>
  anEvent(booking.deps, { facilitator_id: organiser.facilitator_id, ...overrides })
const cancel = (id: number, body?: object) =>
  booking.request('PUT', `/api/events/${id}/cancel`, { token: organiser.token, ...(body && { body }) })
const book = (event_id: number, token: string) =>
  booking.request('POST', '/api/bookings/', { token, body: { event_id } })

test('cancelling an event cancels every booking of it, with a CRM message each, and keeps the reason', async () => {
  const first = await aUser(booking.deps)
  const people = [first, await aUser(booking.deps), await aUser(booking.deps)]
  const id = await anOwnEvent()
  const ids: number[] = []
  for (const { token } of people) ids.push((await book(id, token)).body.booking.id)
  await booking.request('PUT', `/api/bookings/${ids[0]}/cancel`, { token: first.token })
  booking.crm.received.length = 0

  const { status, body } = await cancel(id, { reason: ' The teacher is ill ' })
  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.message, 'Event cancelled successfully')
  assert.equal(body.cancelled_bookings, 2)
  const { status: now, current_participants, available_spots, cancellation_reason } = body.event
  assert.deepEqual(
    [now, current_participants, available_spots, cancellation_reason],
    ['CANCELLED', 0, 20, 'The teacher is ill'],
  )
  const seen = await booking.request('GET', `/api/events/${id}`, { token: first.token })
  assert.deepEqual(seen.body.event, body.event)
  for (const [i, { token }] of people.entries()) {
    const mine = await booking.request('GET', `/api/bookings/${ids[i]}`, { token })
    assert.equal(mine.body.booking.status, 'CANCELLED')
  }
  await deliverDue(booking.deps)
  const received = () =>
    booking.crm.received
      .filter(({ booking_id }) => booking_id !== ids[0])
      .map(({ booking_id, status }) => [booking_id, status])
  // The request may still be delivering what it has claimed.
  await waitUntil(() => received().length >= 2, 5_000)
  assert.deepEqual(
    received().sort(),
    ids
      .slice(1)
      .map((id) => [id, 'cancelled'])
      .sort(),
  )
})

test('what is cancelled can be neither cancelled again, nor changed, nor booked', async () => {
  const id = await anOwnEvent()
  const { body } = await cancel(id)
  assert.equal(body.cancelled_bookings, 0)
  assert.equal('cancellation_reason' in body.event, false)
  const again = await cancel(id)
  assert.deepEqual([again.status, again.body.code], [400, 'event_cancelled'])
  const { token } = await aUser(booking.deps)
  assert.equal((await book(id, token)).body.code, 'event_not_active')
})

test('what has begun or is over can no longer be cancelled', async () => {
  const begun = await anOwnEvent({ start_datetime: new Date(booking.clock.now().getTime() - 1_000) })
  const refused = await cancel(begun)
  assert.deepEqual([refused.status, refused.body.code], [400, 'event_started'])
  const over = await cancel(await anOwnEvent({ status: 'COMPLETED' }))
  assert.deepEqual([over.status, over.body.code], [400, 'event_completed'])
})

test('a reason is some text, or none', async () => {
  const id = await anOwnEvent()
  for (const reason of [5, 'x'.repeat(501), ['ill']]) {
    const { status, body } = await cancel(id, { reason })
    assert.deepEqual([status, body.details?.[0].field], [400, 'reason'])
  }
  assert.equal((await cancel(id, { reason: null })).status, 200)
})

test('the log names who cancelled the event, and each booking that went with it', async () => {
  const [{ token }, admin] = [await aUser(booking.deps), await aUser(booking.deps, { is_admin: true })]
  const id = await anOwnEvent()
  const booked = await book(id, token)
  await cancel(id, { reason: 'A private matter of Ann' })
  const log = async (subject: string, subject_id: number) =>
    (
      await booking.request('GET', `/api/audit-log?subject=${subject}&subject_id=${subject_id}`, {
        token: admin.token,
      })
    ).body.entries[0]
  const ofEvent = await log('event', id)
  assert.deepEqual(
    [ofEvent.action, ofEvent.actor_id, ofEvent.details],
    ['event.cancelled', organiser.id, { cancelled_bookings: 1 }],
  )
  const ofBooking = await log('booking', booked.body.booking.id)
  assert.deepEqual(
    [ofBooking.action, ofBooking.actor_id, ofBooking.details],
    ['booking.cancelled', organiser.id, { event_id: id, with_event: true }],
  )
})

test('ten thousand bookings are cancelled at once', async (t) => {
  const id = await anOwnEvent({ max_participants: 10_000 })
  await crowd(booking.deps, id, 10_000)
  const beganAt = performance.now()
  const { status, body } = await cancel(id)
  t.diagnostic(`${Math.round(performance.now() - beganAt)} ms`)
  assert.deepEqual([status, body.cancelled_bookings], [200, 10_000])
  const { rows } = await sql`
    select count(*) as messages, (select count(*) from bookings where event_id = ${id} and status <> 'CANCELLED') as active
    from outbox join bookings on bookings.id = booking_id where event_id = ${id} and topic = 'booking.cancelled'
  `.execute(booking.deps.db)
  assert.deepEqual(rows, [{ messages: 10_000, active: 0 }])
})
