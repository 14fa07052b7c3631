import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent } from '#harness/data/factories.ts'
import { seed, seedPlanFault } from '#harness/data/seed-data.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import * as demoStore from './demo.store.ts'
import { addDemoData, DEMO_PASSWORD } from './demo-data.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

type DemoEvent = {
  id: number
  title: string
  event_type: string
  is_online: boolean
  is_full: boolean
  current_participants: number
  start_datetime: string
  end_datetime: string
}

async function logIn(path = '/api/auth/login', email = 'john.doe@example.com') {
  return booking.request('POST', path, { body: { email, password: DEMO_PASSWORD } })
}

async function openEvents(): Promise<DemoEvent[]> {
  const token = (await logIn()).body.access_token
  return (await booking.request('GET', '/api/events/?per_page=100', { token })).body.events
}

test('an empty database gets accounts for every role and a programme without clashes', async () => {
  await addDemoData(booking.deps)
  assert.equal((await logIn()).status, 200)
  const jane = await logIn('/api/facilitators/login', 'jane.smith@example.com')
  assert.deepEqual([jane.body.facilitator.id, jane.body.facilitator.name], [1, 'Jane Smith'])
  const events = await openEvents()
  assert.ok(events.length >= 12)
  assert.deepEqual(
    [events[0]?.id, events[0]?.title, events[0]?.is_full],
    [1, 'Morning Meditation Session', false],
  )
  assert.equal(events.filter(({ is_full }) => is_full).length, 1)
  assert.ok(events.some(({ is_online }) => is_online))
  assert.deepEqual([...new Set(events.map(({ event_type }) => event_type))].sort(), ['RETREAT', 'SESSION'])
  for (const [i, event] of events.entries()) {
    const next = events[i + 1]
    if (next) assert.ok(event.end_datetime <= next.start_datetime, `${event.title} and ${next.title} overlap`)
  }
})

test('starting again adds nothing, and later on events that have begun come round again', async () => {
  const first = await openEvents()
  await addDemoData(booking.deps)
  assert.deepEqual(await openEvents(), first)

  const { body } = await logIn()
  const mine = await booking.request('POST', '/api/bookings/', {
    token: body.access_token,
    body: { event_id: 1 },
  })
  booking.clock.advance(5 * 24 * 3_600)
  await Promise.all([addDemoData(booking.deps), addDemoData(booking.deps)])
  // A copy that is on is listed beside the event, which has moved on.
  const now = toWireTime(booking.clock.now())
  const later = (await openEvents()).filter(({ start_datetime }) => start_datetime > now)
  assert.deepEqual(later.map(({ id }) => id).sort(), first.map(({ id }) => id).sort())
  const { body: session } = await logIn()
  const { status, body: kept } = await booking.request('GET', `/api/bookings/${mine.body.booking.id}`, {
    token: session.access_token,
  })
  assert.equal(status, 200, 'a booking of a past event stays in the history')
  assert.equal(kept.booking.event.start_datetime, mine.body.booking.event.start_datetime)
})

test('an event that comes round again keeps its local time across a clock change', async () => {
  const { db } = booking.deps
  const times = [{ local: '2031-03-20T19:00', timezone: 'Europe/Berlin' }]
  const [start] = await demoStore.listInstants(db, times)
  assert.equal(start?.toISOString(), '2031-03-20T18:00:00.000Z')
  const id = await anEvent(booking.deps, { start_datetime: start, timezone: 'Europe/Berlin' })
  const nextAfter = async (now: string) =>
    (await demoStore.getNextStart(db, id, 14, new Date(now))).toISOString()
  assert.equal(await nextAfter('2031-03-20T18:00:00Z'), '2031-04-03T17:00:00.000Z')
  assert.equal(await nextAfter('2031-04-03T17:30:00Z'), '2031-04-17T17:00:00.000Z')
  assert.equal(await nextAfter('2031-11-01T00:00:00Z'), '2031-11-13T18:00:00.000Z')
})

test('a database that is in use gets no demo data', async () => {
  const own = await startTestBooking()
  await seed(
    own.deps,
    { events: 0, users: 1, facilitators: 0, bookings: 0, capacity: 1, hot: false },
    () => {},
  )
  await addDemoData(own.deps)
  const { status } = await own.request('POST', '/api/auth/login', {
    body: { email: 'john.doe@example.com', password: DEMO_PASSWORD },
  })
  assert.equal(status, 401)
  await own.close()
})

test('seeding deals out what was asked for, and every counter is right', async () => {
  const own = await startTestBooking()
  const folder = mkdtempSync(join(tmpdir(), 'stillpoint-seed-'))
  const tokensFile = join(folder, 'tokens.jsonl')
  const plan = { events: 50, users: 30, facilitators: 3, bookings: 400, capacity: 8, hot: false, tokensFile }
  await seed(own.deps, plan, () => {})
  const [first, ...rest] = readFileSync(tokensFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(rest.length, 29)
  assert.deepEqual(Object.keys(first), ['user_id', 'email', 'access_token'])
  const { body } = await own.request('GET', '/api/events/?per_page=100', { token: first.access_token })
  assert.equal(body.pagination.total, 50)
  assert.deepEqual([...new Set(body.events.map((event: DemoEvent) => event.current_participants))], [8])
  rmSync(folder, { recursive: true })
  await own.close()
})

test('a plan that cannot be carried out says what to change', () => {
  const plan = { events: 10, users: 10, facilitators: 1, bookings: 10, capacity: 5, hot: false }
  assert.equal(seedPlanFault(plan), undefined)
  assert.match(seedPlanFault({ ...plan, facilitators: 0 }) ?? '', /--facilitators/)
  assert.match(seedPlanFault({ ...plan, bookings: 60 }) ?? '', /--capacity to 6/)
  assert.match(seedPlanFault({ ...plan, hot: true }) ?? '', /--capacity to 10/)
  assert.match(seedPlanFault({ ...plan, bookings: 110, capacity: 20 }) ?? '', /--users to 11/)
})
