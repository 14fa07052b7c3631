import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'

/** The limit of upcoming bookings and waiting list entries of one account. */

const HOUR_MS = 3_600_000
const NO_RATES = { BOOKINGS_PER_MINUTE: '0', BOOKINGS_PER_MINUTE_ADDRESS: '0', WRITES_PER_MINUTE: '0' }
let booking: TestBooking
let events: number[]

before(async () => {
  booking = await startTestBooking({
    env: { AUTH_RATE_LIMIT: 'on', BOOKINGS_AHEAD_MAX: '8', BOOKINGS_AHEAD_MAX_UNPROVEN: '4', ...NO_RATES },
  })
  events = []
  for (let i = 0; i < 30; i++) events.push(await anEvent(booking.deps, { max_participants: 1_000 }))
})
after(() => booking.close())

const book = (token: string, event_id: number | undefined, at: Pick<TestBooking, 'request'> = booking) =>
  at.request('POST', '/api/bookings/', { token, body: { event_id } })
const wait = (token: string, event_id: number) =>
  booking.request('POST', `/api/events/${event_id}/waitlist`, { token, body: {} })
const aFullEvent = () => anEvent(booking.deps, { max_participants: 1, current_participants: 1 })
const tally = (answers: { status: number; body: { code?: string } }[]) => {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const key = `${status} ${body.code ?? ''}`.trim()
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

test('at the limit bookings are refused until one is over or cancelled', async () => {
  const { token } = await aUser(booking.deps, { email_proven: true })
  const ids: number[] = []
  for (const event_id of events.slice(0, 8)) ids.push((await book(token, event_id)).body.booking.id)
  const refused = await book(token, events[8])
  assert.deepEqual([refused.status, refused.body.code], [409, 'too_many_ahead'])
  assert.match(refused.body.error, /cancel one/)
  assert.equal((await book(token, events[0])).body.code, 'already_booked', 'what is booked stays known')
  await booking.request('PUT', `/api/bookings/${ids[0]}/cancel`, { token })
  assert.equal((await book(token, events[8])).status, 201)
})

test('the limit is lower for an unproven address, also of an admin', async () => {
  const { token } = await aUser(booking.deps, { is_admin: true })
  const answers = []
  for (const event_id of events.slice(0, 6)) answers.push(await book(token, event_id))
  assert.deepEqual(tally(answers), { 201: 4, '409 too_many_ahead': 2 })
})

test('events that are over do not count', async () => {
  const { token } = await aUser(booking.deps)
  const soon = booking.clock.now().getTime() + 60_000
  for (let i = 0; i < 4; i++) {
    const start_datetime = new Date(soon + i * HOUR_MS)
    const end_datetime = new Date(start_datetime.getTime() + HOUR_MS / 2)
    const event_id = await anEvent(booking.deps, { start_datetime, end_datetime })
    assert.equal((await book(token, event_id)).status, 201)
  }
  assert.equal((await book(token, events[20])).status, 409)
  booking.clock.advance(1_860)
  assert.equal((await book(token, events[20])).status, 201)
  assert.equal((await book(token, events[21])).status, 409)
})

test('waiting list entries count, and are promoted at the limit too', async () => {
  const holder = await aUser(booking.deps)
  const { token, id } = await aUser(booking.deps)
  const event_id = await anEvent(booking.deps, { max_participants: 1 })
  const held = (await book(holder.token, event_id)).body.booking.id
  assert.equal((await wait(token, event_id)).status, 201)
  assert.equal((await wait(token, await aFullEvent())).status, 201)
  for (const booked of events.slice(0, 2)) assert.equal((await book(token, booked)).status, 201)
  for (const answer of [await book(token, events[2]), await wait(token, await aFullEvent())])
    assert.deepEqual([answer.status, answer.body.code], [409, 'too_many_ahead'])
  await booking.request('PUT', `/api/bookings/${held}/cancel`, { token: holder.token })
  const promoted = await booking.deps.db
    .selectFrom('waitlist_entries')
    .select('status')
    .where('user_id', '=', id)
    .where('event_id', '=', event_id)
    .execute()
  assert.deepEqual(promoted, [{ status: 'promoted' }])
})

test('the limit holds for concurrent requests on two instances, for seats and waiting lists', async () => {
  const elsewhere = await booking.startInstance()
  const lines = await Promise.all(Array.from({ length: 10 }, aFullEvent))
  for (let round = 0; round < 5; round++) {
    const { token, id } = await aUser(booking.deps)
    const answers = await Promise.all([
      ...events.flatMap((event_id) => [book(token, event_id), book(token, event_id, elsewhere)]),
      ...lines.map((event_id) => wait(token, event_id)),
    ])
    const won = answers.filter(({ status }) => status === 201)
    assert.equal(won.length, 4, JSON.stringify(tally(answers)))
    assert.ok(
      answers.every(({ status }) => status === 201 || status === 409),
      JSON.stringify(tally(answers)),
    )
    const bookings = await booking.deps.db
      .selectFrom('bookings')
      .select('id')
      .where('user_id', '=', id)
      .execute()
    const entries = await booking.deps.db
      .selectFrom('waitlist_entries')
      .select('id')
      .where('user_id', '=', id)
      .execute()
    assert.equal(bookings.length + entries.length, 4)
  }
})

test('0 is no limit, and neither is a load test’s', async () => {
  for (const env of [
    { AUTH_RATE_LIMIT: 'on', BOOKINGS_AHEAD_MAX: '0', BOOKINGS_AHEAD_MAX_UNPROVEN: '0', ...NO_RATES },
    { AUTH_RATE_LIMIT: 'off' },
  ]) {
    const own = await startTestBooking({ env })
    const { token } = await aUser(own.deps)
    const answers = []
    for (let i = 0; i < 60; i++) answers.push(await book(token, await anEvent(own.deps), own))
    assert.deepEqual(tally(answers), { 201: 60 })
    await own.close()
  }
})
