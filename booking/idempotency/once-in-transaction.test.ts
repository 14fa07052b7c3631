import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
})
after(() => booking.close())

const post = (path: string, body: unknown, key: string | undefined, token: string = organiser.token) =>
  booking.request('POST', path, { token, body, headers: key === undefined ? {} : { 'idempotency-key': key } })
const hours = (count: number) => toWireTime(new Date(booking.clock.now().getTime() + count * 3_600_000))
const aSeries = (title = 'Slow Tuesday') => ({
  title,
  event_type: 'session',
  start_datetime: hours(24),
  end_datetime: hours(25),
  max_participants: 12,
  recurrence: 'FREQ=WEEKLY;COUNT=3',
})
const createSeries = (key: string | undefined, body: object = aSeries(), token?: string) =>
  post('/api/events/', body, key, token)
const count = async (table: 'events' | 'event_series' | 'event_messages' | 'mails' | 'idempotency_keys') => {
  const { fn } = booking.deps.db
  const { rows } = await booking.deps.db
    .selectFrom(table)
    .select(fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return rows
}
const isReplayed = ({ headers }: { headers: Record<string, unknown> }) =>
  headers['idempotency-replayed'] === 'true'

test('a series is created once per key, and every repetition gets its events', async () => {
  const before = await count('events')
  const key = randomUUID()
  const atOnce = await Promise.all(Array.from({ length: 8 }, () => createSeries(key)))
  assert.deepEqual(new Set(atOnce.map(({ status }) => status)), new Set([201]))
  assert.equal(atOnce.filter(isReplayed).length, 7)
  assert.equal(await count('events'), before + 3)
  const [first] = atOnce.filter((answer) => !isReplayed(answer))
  const later = await createSeries(key)
  assert.ok(isReplayed(later))
  assert.deepEqual([later.status, later.body], [201, first?.body])
  assert.equal(await count('events'), before + 3)
  // The control: without a key every request is a new one.
  await Promise.all([createSeries(undefined), createSeries(undefined)])
  assert.equal(await count('events'), before + 9)
})

test('a key is for one request of one account, and what is wrong with it is said', async () => {
  const key = randomUUID()
  const other = await anOrganiser(booking.deps)
  await createSeries(key)
  const changed = await createSeries(key, aSeries('Slow Wednesday'))
  assert.deepEqual([changed.status, changed.body.code], [422, 'idempotency_key_reused'])
  assert.equal((await createSeries(key, aSeries(), other.token)).status, 201)
  assert.equal((await createSeries('two words')).status, 400)
})

test('a refusal is judged anew', async () => {
  const key = randomUUID()
  const keys = await count('idempotency_keys')
  const attendee = await aUser(booking.deps)
  const late = { ...aSeries(), start_datetime: hours(-1) }
  assert.equal((await createSeries(key, late)).status, 400)
  assert.equal((await createSeries(key, aSeries(), attendee.token)).status, 403)
  assert.equal(await count('idempotency_keys'), keys)
  assert.equal((await createSeries(key)).status, 201)
})

test('a message to everybody is sent once per key, also long after and when others have booked meanwhile', async () => {
  const event_id = await anEvent(booking.deps, { facilitator_id: organiser.facilitator_id })
  const join = async () => {
    const { token } = await aUser(booking.deps)
    await booking.request('POST', '/api/bookings/', { token, body: { event_id } })
  }
  await join()
  const words = { subject: 'The door', text: 'It is the blue one.' }
  const write = (key: string | undefined, body = words) => post(`/api/events/${event_id}/messages`, body, key)
  const key = randomUUID()
  const before = { messages: await count('event_messages'), mails: await count('mails') }
  const atOnce = await Promise.all(Array.from({ length: 5 }, () => write(key)))
  await join()
  booking.clock.advance(600)
  const later = await write(key)
  assert.ok(isReplayed(later))
  for (const { status, body } of [...atOnce, later]) assert.deepEqual([status, body.people], [202, 1])
  // To one person, and a copy.
  assert.equal(await count('mails'), before.mails + 2)
  assert.equal(await count('event_messages'), before.messages + 1)
  const changed = await write(key, { ...words, text: 'It is the red one.' })
  assert.deepEqual([changed.status, changed.body.code], [422, 'idempotency_key_reused'])
  // The control: with a new key it is another message.
  assert.equal((await write(randomUUID())).body.people, 2)
  assert.equal(await count('event_messages'), before.messages + 2)
})
