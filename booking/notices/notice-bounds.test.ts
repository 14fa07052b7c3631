import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import * as noticeStore from './notice.store.ts'

let booking: TestBooking
let organiser: Awaited<ReturnType<typeof anOrganiser>>

before(async () => {
  booking = await startTestBooking()
  organiser = await anOrganiser(booking.deps)
})
after(() => booking.close())

type Person = Awaited<ReturnType<typeof aUser>>

const DAY_SECONDS = 86_400
const listOf = (person: Person) =>
  noticeStore.list(booking.deps.db, { user_id: person.id, now: booking.clock.now() })

async function ask(person: Person, method: 'POST' | 'PUT', path: string, body?: object) {
  booking.clock.advance(1)
  const token = await booking.deps.identity.sessions.issue('access', person)
  const { status, body: answer } = await booking.request(method, path, { token, ...(body && { body }) })
  assert.ok(status < 300, `${path}: ${status} ${JSON.stringify(answer)}`)
}

/** An event that a person has booked and that was moved afterwards. */
async function aMovedEvent(person: Person, daysAhead?: number): Promise<number> {
  const event_id = await anEvent(booking.deps, {
    facilitator_id: organiser.facilitator_id,
    ...(daysAhead !== undefined && {
      start_datetime: new Date(booking.clock.now().getTime() + daysAhead * DAY_SECONDS * 1_000),
    }),
  })
  await ask(person, 'POST', '/api/bookings/', { event_id })
  await ask(organiser, 'PUT', `/api/events/${event_id}`, { location: 'The garden' })
  return event_id
}

test('at most fifty are told at once, the newest first', async () => {
  const person = await aUser(booking.deps)
  const ids: number[] = []
  for (let i = 0; i < 52; i++) ids.push(await aMovedEvent(person))
  assert.deepEqual(
    (await listOf(person)).map(({ event }) => event.id),
    ids.slice(2).toReversed(),
  )
})

test('nothing is told of events that have begun, and nothing after thirty days; what was seen is forgotten then', async () => {
  const person = await aUser(booking.deps)
  const [soon, far] = [await aMovedEvent(person, 5), await aMovedEvent(person, 60)]
  const shown = async () => (await listOf(person)).map(({ event }) => event.id)
  assert.deepEqual(await shown(), [far, soon])
  booking.clock.advance(6 * DAY_SECONDS)
  assert.deepEqual(await shown(), [far])
  const [notice] = await listOf(person)
  await ask(person, 'PUT', '/api/notices/seen', { ids: [notice?.id] })
  const forget = () => noticeStore.forgetSeen(booking.deps.db, booking.clock.now(), 10)
  booking.clock.advance(29 * DAY_SECONDS)
  assert.equal(await forget(), 0)
  assert.deepEqual(await shown(), [])
  booking.clock.advance(DAY_SECONDS + 1)
  assert.equal(await forget(), 1)
  assert.deepEqual(await shown(), [], 'and it is not told again')
  const late = await aMovedEvent(person, 60)
  booking.clock.advance(29 * DAY_SECONDS)
  assert.deepEqual(await shown(), [late])
  booking.clock.advance(DAY_SECONDS + 1)
  assert.deepEqual(await shown(), [])
})

type Plan = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Index Cond'?: string
  'Recheck Cond'?: string
  Plans?: Plan[]
}

test('a long audit log is read by its indexes, never as a whole', async () => {
  const { db, clock } = booking.deps
  const person = await aUser(booking.deps)
  const event_id = await aMovedEvent(person)
  // A popular event, whose waiting list has written most of what there is, and many others that were changed.
  await sql`
    insert into audit_log (at, actor_id, action, subject, subject_id, details)
    select ${clock.now()}, ${organiser.id}, action, subject, subject_id, '{"sequence": 0}'
    from generate_series(1, 30000) n, lateral (values
      ('waitlist.joined', 'event', ${event_id}::integer), ('event.updated', 'event', 1000000 + n),
      ('booking.cancelled', 'booking', 1000000 + n)
    ) entry (action, subject, subject_id)`.execute(db)
  await sql`analyze audit_log`.execute(db)
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>`
    explain (format json) ${noticeStore.unseenQuery({ user_id: person.id, now: clock.now() })}`.execute(db)
  const nodes = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodes)]
  const all = rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan: top }) => nodes(top)))
  const ofLog = all.filter((node) => node['Relation Name'] === 'audit_log')
  assert.equal(ofLog.length, 4, 'moves, cancelled bookings, cancelled events and messages')
  for (const node of ofLog) {
    assert.match(node['Node Type'], /^(Index|Bitmap Heap) Scan$/)
    assert.match(node['Index Cond'] ?? node['Recheck Cond'] ?? '', /subject_id|actor_id/)
  }
  const indexes = all.flatMap((node) => node['Index Name'] ?? [])
  for (const index of ['audit_log_of_events', 'audit_log_by_subject'])
    assert.ok(indexes.includes(index), `${index} is used`)
  assert.equal((await listOf(person)).length, 1)
})
