import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import * as promotion from '#booking/bookings/promotion.service.ts'
import * as eventStore from '#booking/events/event.store.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import * as waitlist from './waitlist.service.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

type Person = Awaited<ReturnType<typeof aUser>>

const PEOPLE = 30
const STEPS = 12
const SEATS = 4

test('under concurrent booking, cancelling, joining, leaving and growing, order and seat counts stay right', async () => {
  const events = await Promise.all(
    Array.from({ length: 3 }, () => anEvent(booking.deps, { max_participants: SEATS })),
  )
  await rush(events)
  for (const event_id of events) {
    await assertCounted(event_id)
    const { promoted, overtaken, idle } = await judgeWaitlist(event_id)
    assert.deepEqual([overtaken, idle], [[], 0], `event ${event_id}`)
    assert.ok(promoted > 0, 'nobody was ever promoted, so nothing was tried')
  }
})

test('the same with overlapping events: skipped people are promoted later, and nobody has two bookings at a time', async () => {
  const start_datetime = new Date(booking.clock.now().getTime() + 9_000 * 3_600_000)
  const events = await Promise.all(
    Array.from({ length: 3 }, () => anEvent(booking.deps, { max_participants: SEATS, start_datetime })),
  )
  await rush(events)
  await waitlist.tidy(booking.deps)
  for (const event_id of events) {
    await assertCounted(event_id)
    assert.equal((await judgeWaitlist(event_id)).idle, 0, `event ${event_id}`)
  }
  const { rows } = await sql`
    select user_id from bookings where event_id = any(${events}::integer[]) and status = 'CONFIRMED'
    group by user_id having count(*) > 1`.execute(booking.deps.db)
  assert.deepEqual(rows, [])
})

test('a crowd that joins at once gets consecutive positions, everybody once', async () => {
  const people = await Promise.all(Array.from({ length: 100 }, () => aUser(booking.deps)))
  const full = { max_participants: 1, current_participants: 1 }
  const events = [await anEvent(booking.deps, full), await anEvent(booking.deps, full)]
  const join = async ({ token }: Person, event_id: number) =>
    booking.request('POST', `/api/events/${event_id}/waitlist`, { token, body: {} })
  const answers = await Promise.all(
    [...people, ...people].map((person, n) => join(person, events[(n + Math.floor(n / 100)) % 2] ?? 0)),
  )
  const twice = await Promise.all(people.flatMap((person) => events.map((id) => join(person, id))))
  assert.ok(twice.every(({ body }) => body.code === 'already_waiting'))
  for (const event_id of events) {
    const places = answers.flatMap(({ body }) =>
      body.waitlist?.event_id === event_id ? [body.waitlist] : [],
    )
    assert.deepEqual(
      places.map(({ position }) => position).sort((a, b) => a - b),
      Array.from({ length: 100 }, (_, i) => i + 1),
    )
    assert.ok(places.every(({ position, waiting }) => position <= waiting && waiting <= 100))
  }
})

/** All people act concurrently, each a sequence of steps on any of the events. */
async function rush(events: number[]): Promise<void> {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => aUser(booking.deps)))
  const pick = (person: number, step: number) => events[(person * 7 + step * 5) % events.length] ?? 0
  await Promise.all([
    ...people.map(async (person, n) => {
      for (let step = 0; step < STEPS; step++) await act(person, pick(n, step), (n * 3 + step * 11) % 10)
    }),
    ...events.map(async (event_id) => {
      for (let step = 0; step < 3; step++) await grow(event_id)
    }),
  ])
}

async function act(person: Person, event_id: number, dice: number): Promise<void> {
  const { token } = person
  const ask = async (method: 'POST' | 'PUT' | 'DELETE', url: string, body?: object) => {
    const { status, body: answer } = await booking.request(method, url, { token, body })
    assert.ok(status < 500, `${method} ${url}: ${status} ${JSON.stringify(answer)}`)
  }
  if (dice < 3) return ask('POST', '/api/bookings/', { event_id })
  if (dice < 6) return ask('POST', `/api/events/${event_id}/waitlist`, {})
  if (dice < 7) return ask('DELETE', `/api/events/${event_id}/waitlist`)
  const { body } = await booking.request('GET', '/api/bookings/?status=confirmed', { token })
  const own = body.bookings.find((each: { event: { id: number } }) => each.event.id === event_id)
  if (own) await ask('PUT', `/api/bookings/${own.id}/cancel`)
}

/** Adds one seat as an edit of the event does. */
async function grow(event_id: number): Promise<void> {
  const promoted = await booking.deps.db.transaction().execute(async (trx) => {
    await eventStore.lock(trx, event_id)
    await sql`update events set max_participants = max_participants + 1 where id = ${event_id}`.execute(trx)
    return promotion.promote(trx, [event_id], booking.clock.now())
  })
  promotion.announce(booking.deps, promoted)
}

async function assertCounted(event_id: number): Promise<void> {
  const { rows } = await sql<{ counter: number; rows: number; max: number }>`
    select current_participants as counter, max_participants as max,
      (select count(*) from bookings where event_id = events.id and status <> 'CANCELLED') as rows
    from events where id = ${event_id}`.execute(booking.deps.db)
  const [row] = rows
  assert.ok(row && row.counter === row.rows && row.counter <= row.max, JSON.stringify(row))
}

/** `overtaken`: waiting entries before a promoted one. `idle`: free seats that a waiting person could take. */
async function judgeWaitlist(
  event_id: number,
): Promise<{ promoted: number; overtaken: number[]; idle: number }> {
  const { db } = booking.deps
  const entries = await db
    .selectFrom('waitlist_entries')
    .selectAll()
    .where('event_id', '=', event_id)
    .execute()
  const promoted = entries.filter(({ status }) => status === 'promoted')
  const lastPromoted = Math.max(0, ...promoted.map(({ id }) => id))
  const overtaken = entries
    .filter(({ status, id }) => status === 'waiting' && id < lastPromoted)
    .map(({ id }) => id)
  const { rows } = await sql<{ idle: number }>`
    select least(max_participants - current_participants, (
      select count(*) from waitlist_entries entry where event_id = events.id and entry.status = 'waiting'
      and not exists (
        select from bookings where user_id = entry.user_id and bookings.status = 'CONFIRMED'
        and during && tstzrange(start_datetime, end_datetime)
      )
    )) as idle from events where id = ${event_id}`.execute(db)
  return { promoted: promoted.length, overtaken, idle: rows[0]?.idle ?? -1 }
}
