import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { takeSeats } from '#booking/bookings/seat.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, anOrganiser, aUser } from '#harness/data/factories.ts'
import { randomFrom } from '#harness/load/random.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'

const seed = Number(process.env.RACE_SEED ?? Date.now() % 1_000_000)
const HOUR_MS = 3_600_000
const EVENTS = 8
const PEOPLE = 16
const CLIENTS = 8
const STEPS = 60

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

test('people book and cancel while events move, grow, shrink, become part of others and are cancelled: everything adds up', async (t) => {
  const { deps, clock, request } = booking
  const { token, facilitator_id } = await anOrganiser(deps)
  const random = randomFrom(seed)
  const pick = <T>(items: T[]) => items[Math.floor(random() * items.length)] as T
  const below = (max: number) => Math.floor(random() * max)
  /** Within one day, so that somebody with several bookings is often moved onto another. */
  const someTimes = () => {
    const start = clock.now().getTime() + 24 * HOUR_MS + below(24) * HOUR_MS
    const hours = random() < 0.2 ? 12 : 1 + below(3)
    return [new Date(start), new Date(start + hours * HOUR_MS)] as const
  }
  const newEvent = () => {
    const [start_datetime, end_datetime] = someTimes()
    return anEvent(deps, { facilitator_id, start_datetime, end_datetime, max_participants: 4 })
  }
  const events = await Promise.all(Array.from({ length: EVENTS }, newEvent))
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => aUser(deps)))
  const held: { token: string; id: number }[] = []
  const statuses = new Map<string, number>()
  let clashes = 0
  let links = 0

  const step = async () => {
    const person = pick(people)
    const event_id = pick(events)
    const path = `/api/events/${event_id}`
    const edit = (body: object) => request('PUT', path, { token, body })
    const choice = random()
    if (choice < 0.45) {
      const answer = await request('POST', '/api/bookings/', { token: person.token, body: { event_id } })
      if (answer.status === 201) held.push({ token: person.token, id: answer.body.booking.id })
      return answer
    }
    if (choice < 0.55) return request('POST', `${path}/waitlist`, { token: person.token, body: {} })
    if (choice < 0.7 && held.length > 0) {
      const [own = { token: '', id: 0 }] = held.splice(below(held.length), 1)
      return request('PUT', `/api/bookings/${own.id}/cancel`, { token: own.token })
    }
    if (choice < 0.77) {
      const parent_event_id = random() < 0.8 ? pick(events) : null
      const answer = await edit({ parent_event_id })
      if (answer.status === 200 && parent_event_id !== null) links++
      return answer
    }
    if (choice < 0.87) {
      const [start, end] = someTimes().map(toWireTime)
      return edit({ start_datetime: start, end_datetime: end })
    }
    if (choice < 0.97) return edit({ max_participants: 1 + below(6) })
    events.splice(events.indexOf(event_id), 1, await newEvent())
    return request('PUT', `${path}/cancel`, { token, body: { with_parts: random() < 0.5 } })
  }
  const client = async () => {
    for (let i = 0; i < STEPS; i++) {
      const { status, body } = await step()
      const outcome = `${status} ${body.code ?? ''}`
      statuses.set(outcome, (statuses.get(outcome) ?? 0) + 1)
      clashes += body.clashes ?? 0
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))

  t.diagnostic(`seed ${seed}: ${[...statuses].map(([outcome, count]) => `${outcome}×${count}`).join(', ')}`)
  const unforeseen = [...statuses.keys()].filter((outcome) => !/^(200|201|400|404|409) /.test(outcome))
  assert.deepEqual(unforeseen, [], `again with RACE_SEED=${seed}`)
  assert.ok([...statuses.keys()].includes('200 ') && [...statuses.keys()].includes('201 '))
  for (const [fault, query] of Object.entries(FAULTS)) {
    const { rows } = await query.execute(deps.db)
    assert.deepEqual(rows, [], `${fault}, again with RACE_SEED=${seed}`)
  }
  assert.ok(clashes > 0, 'nobody was ever moved onto another booking, so nothing was tried')
  assert.ok(links > 0, 'no event ever became part of another')
  const { rows } = await sql<{ deadlocks: number }>`
    select deadlocks from pg_stat_database where datname = current_database()`.execute(deps.db)
  t.diagnostic(`${clashes} clashes, ${links} links, ${rows[0]?.deadlocks} deadlocks`)
})

test('a seat that is added while a booking waits is given at the first attempt', async () => {
  const { deps, clock } = booking
  const [holder, asker] = [await aUser(deps), await aUser(deps)]
  const event_id = await anEvent(deps, { max_participants: 1 })
  const ask = ({ id: user_id }: { id: number }) =>
    takeSeats(
      deps.db,
      [
        {
          ...{ user_id, event_id, notes: null, idempotency_key: null },
          ...{ session_id: randomUUID(), session_version: 0, request_id: null, trace_parent: null },
        },
      ],
      {
        now: clock.now(),
        leaseEnd: clock.now(),
        isGuarded: true,
        aheadMax: undefined,
      },
    )
  await ask(holder)
  const asking = await deps.db.transaction().execute(async (trx) => {
    await trx.updateTable('events').set({ max_participants: 9 }).where('id', '=', event_id).execute()
    const asking = ask(asker)
    await untilSomebodyWaits()
    return { outcome: asking }
  })
  assert.equal((await asking.outcome)[0]?.kind, 'booked')
})

async function untilSomebodyWaits(): Promise<void> {
  for (let i = 0; i < 500; i++) {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      booking.deps.db,
    )
    if (rows.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('nobody waits for the event')
}

const OVERLAPPING = sql`
  select from bookings other, events own, events others
  where other.user_id = bookings.user_id and other.id <> bookings.id
  and other.status in ('PENDING', 'CONFIRMED') and other.during && bookings.during
  and own.id = bookings.event_id and others.id = other.event_id
  and own.id is distinct from others.parent_event_id and others.id is distinct from own.parent_event_id`

/** Each query finds violations. */
const FAULTS = {
  'a counter that is not the number of bookings': sql`
    select events.id, current_participants, max_participants, count(bookings.id) from events
    left join bookings on event_id = events.id and bookings.status <> 'CANCELLED' group by events.id
    having count(bookings.id) <> current_participants or current_participants > max_participants`,
  'a booking that is not when its event is': sql`
    select bookings.id from bookings join events on events.id = event_id
    where bookings.status = 'CONFIRMED' and during <> tstzrange(start_datetime, end_datetime)`,
  'a booking that is not part of what its event is': sql`
    select bookings.id from bookings join events on events.id = event_id
    where bookings.status = 'CONFIRMED' and bookings.parent_event_id is distinct from events.parent_event_id`,
  'a part of a part': sql`
    select part.id from events part join events parent on parent.id = part.parent_event_id
    where parent.parent_event_id is not null`,
  'a mark without a clash': sql`
    select id from bookings where has_clash and (status <> 'CONFIRMED' or not exists (${OVERLAPPING}))`,
  'a clash without a mark': sql`
    select id from bookings where status = 'CONFIRMED' and not has_clash and exists (${OVERLAPPING} and not other.has_clash)`,
  'a booking of a cancelled event': sql`
    select bookings.id from bookings join events on events.id = event_id
    where events.status = 'CANCELLED' and bookings.status <> 'CANCELLED'`,
  'somebody who waits for a cancelled event': sql`
    select entry.id from waitlist_entries entry join events on events.id = event_id
    where events.status = 'CANCELLED' and entry.status = 'waiting'`,
  'a cancellation that the CRM is not told of once': sql`
    select bookings.id from bookings
    left join outbox on booking_id = bookings.id and topic = 'booking.cancelled'
    where status = 'CANCELLED' and crm_notified_at is null group by bookings.id having count(outbox.id) <> 1`,
}
