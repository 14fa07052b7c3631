import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import * as auditLog from '#booking/audit-log/audit-log.store.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

let booking: TestBooking
let admin: string

before(async () => {
  booking = await startTestBooking()
  admin = (await aUser(booking.deps, { is_admin: true })).token
})
after(() => booking.close())

const read = (query: string, token: string | undefined = admin) =>
  booking.request('GET', `/api/audit-log?${query}`, { token })

test('booking and cancelling have entries with their actor, newest first', async () => {
  const { token, id: actor_id } = await aUser(booking.deps, { first_name: 'Ann', last_name: 'Attendee' })
  const event_id = await anEvent(booking.deps, { title: 'Lamp and Breath' })
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
      actor: 'Ann Attendee',
      subject_title: 'Lamp and Breath',
      attendee: 'Ann Attendee',
      event_id,
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

test('entries of jobs have no actor', async () => {
  const start = new Date(booking.clock.now().getTime() - 7_200_000)
  const event_id = await anEvent(booking.deps, { start_datetime: start })
  await eventStore.completeEnded(booking.deps.db, booking.clock.now())
  const { body } = await read(`subject=event&subject_id=${event_id}`)
  assert.deepEqual(
    body.entries.map((entry: { action: string; actor_id: null }) => [entry.action, entry.actor_id]),
    [['event.completed', null]],
  )
})

test('it can be narrowed to one kind of change and to a span of time', async () => {
  const { token, id: actor_id } = await aUser(booking.deps)
  const change = (first_name: string) =>
    booking.request('PUT', '/api/auth/profile', { token, body: { first_name } })
  const times: string[] = []
  for (const name of ['Ann', 'Anna', 'Anne', 'Annie']) {
    booking.clock.advance(60)
    times.push(toWireTime(booking.clock.now()))
    await change(name)
  }
  await booking.request('POST', '/api/auth/logout', { token, body: { everywhere: true } })
  const count = async (query: string) => (await read(`actor_id=${actor_id}&${query}`)).body.pagination.total
  assert.equal(await count('action=user.updated'), 3, 'the first name was that already')
  assert.equal(await count('action=USER.LOGGED_OUT_EVERYWHERE'), 1)
  assert.equal(await count('action=user'), 0)
  assert.equal(await count(`action=user.updated&from=${times[2]}`), 2)
  assert.equal(await count(`action=user.updated&to=${times[2]}Z`), 1)
  assert.equal(await count(`from=${times[1]}&to=${times[2]}`), 1)
  for (const query of ['from=yesterday', 'to=2026-02-30T00:00:00']) {
    const { status, body } = await read(query)
    assert.deepEqual([status, body.details[0].field], [400, query.split('=')[0]])
  }
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

test('events, facilitators and accounts have their names, and the product is nobody', async () => {
  const person = await aUser(booking.deps, { first_name: 'Zoë', last_name: 'Lind' })
  const facilitator_id = (await aFacilitator(booking.deps, { user_id: person.id })).id
  const event_id = await anEvent(booking.deps, { facilitator_id, title: 'Dawn' })
  const note = (subject: 'event' | 'facilitator' | 'user', subject_id: number) =>
    auditLog.record(booking.deps.db, {
      at: booking.clock.now(),
      actor_id: null,
      action: 'noted.for_the_test',
      subject,
      subject_id,
    })
  await note('event', event_id)
  await note('facilitator', facilitator_id)
  await note('user', person.id)
  const { body } = await read('action=noted.for_the_test')
  assert.deepEqual(
    body.entries.map((entry: Record<string, unknown>) => [entry.actor, entry.subject_title, entry.event_id]),
    [
      [null, 'Zoë Lind', null],
      [null, 'Zoë Lind', null],
      [null, 'Dawn', event_id],
    ],
  )
})
