import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import * as eventStore from '#booking/events/event.store.ts'
import { anEvent, aUser } from '#testing/factories.ts'
import { startTestBooking, type TestBooking } from '#testing/test-booking.ts'

let booking: TestBooking
let admin: string

before(async () => {
  booking = await startTestBooking()
  admin = (await aUser(booking.deps, { is_admin: true })).token
})
after(() => booking.close())

const read = (query: string, token: string | undefined = admin) =>
  booking.request('GET', `/api/audit-log?${query}`, { token })

test('booking and cancelling are noted with who did it, newest first', async () => {
  const { token, id: actor_id } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps)
  const booked = await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  const { id } = booked.body.booking
  await booking.request('PUT', `/api/bookings/${id}/cancel`, { token })
  const { status, body } = await read(`subject=Booking&subject_id=${id}`)
  assert.equal(status, 200)
  assert.equal(body.pagination.total, 2)
  assert.deepEqual(
    body.entries.map(({ id: _id, at: _at, ...entry }: { id: number; at: string }) => entry),
    ['booking.cancelled', 'booking.created'].map((action) => ({
      actor_id,
      action,
      subject: 'booking',
      subject_id: id,
      details: { event_id },
    })),
  )
  assert.equal((await read(`actor_id=${actor_id}`)).body.pagination.total, 2)
})

test('a refused booking leaves no entry', async () => {
  const { token, id } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
  assert.equal((await booking.request('POST', '/api/bookings/', { token, body: { event_id } })).status, 409)
  assert.equal((await read(`actor_id=${id}`)).body.pagination.total, 0)
})

test('what happens by itself has no actor', async () => {
  const start = new Date(booking.clock.now().getTime() - 7_200_000)
  const event_id = await anEvent(booking.deps, { start_datetime: start })
  await eventStore.completeEnded(booking.deps.db, booking.clock.now())
  const { body } = await read(`subject=event&subject_id=${event_id}`)
  assert.deepEqual(
    body.entries.map((entry: { action: string; actor_id: null }) => [entry.action, entry.actor_id]),
    [['event.completed', null]],
  )
})

test('it is for admins, and says what it cannot read', async () => {
  const { token } = await aUser(booking.deps)
  assert.equal((await booking.request('GET', '/api/audit-log')).status, 401)
  assert.equal((await read('', token)).status, 403)
  assert.equal((await read('subject=weather')).body.details[0].field, 'subject')
  assert.equal((await read('subject_id=x')).status, 400)
})

test('nobody changes or removes an entry, not even by SQL', async () => {
  const attempts = [
    sql`update audit_log set actor_id = null`,
    sql`delete from audit_log`,
    sql`truncate audit_log`,
  ]
  for (const attempt of attempts)
    await assert.rejects(attempt.execute(booking.deps.db), /audit_log is append-only/)
})
