import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { aFacilitator } from '#testing/factories.ts'
import { startTestBooking, type TestBooking } from '#testing/test-booking.ts'
import { EVENT_STATUSES, EVENT_TYPES } from './event.schema.ts'
import * as eventStore from './event.store.ts'
import { type EventFilter, list } from './event-list.store.ts'

const HOUR_MS = 3_600_000
const COUNT = 2_600

let booking: TestBooking
let facilitators: number[]

before(async () => {
  booking = await startTestBooking()
  facilitators = [(await aFacilitator(booking.deps)).id, (await aFacilitator(booking.deps)).id]
  await insert(COUNT)
})
after(() => booking.close())

const pick = <T>(items: readonly T[], n: number) => items[n % items.length] as T

/** Events of all kinds, a few an hour, from ten days ago on. */
async function insert(count: number): Promise<void> {
  const first = booking.clock.now().getTime() - 240 * HOUR_MS
  const events = Array.from({ length: count }, (_, n) => {
    const start = new Date(first + Math.floor(n / 3) * HOUR_MS)
    return {
      title: `Event ${n}`,
      description: n % 7 === 0 ? 'by the sea' : null,
      event_type: pick(EVENT_TYPES, n),
      facilitator_id: pick(facilitators, n >> 1),
      start_datetime: start,
      end_datetime: new Date(start.getTime() + HOUR_MS),
      max_participants: 5,
      status: pick(['ACTIVE', 'ACTIVE', 'ACTIVE', 'CANCELLED', 'COMPLETED'] as const, n),
    }
  })
  await eventStore.insertMany(booking.deps.db, events as never)
}

/** What the list has to say, the plain way. */
async function listPlainly(filter: EventFilter) {
  let query = booking.deps.db.selectFrom('events').select('id').orderBy('start_datetime').orderBy('id')
  if (filter.event_type) query = query.where('event_type', '=', filter.event_type)
  if (filter.facilitator_id) query = query.where('facilitator_id', '=', filter.facilitator_id)
  if (filter.status) query = query.where('status', '=', filter.status)
  if (filter.startsAfter) query = query.where('start_datetime', '>', filter.startsAfter)
  if (filter.startsFrom) query = query.where('start_datetime', '>=', filter.startsFrom)
  if (filter.startsBefore) query = query.where('start_datetime', '<', filter.startsBefore)
  if (filter.search) query = query.where('description', 'like', `%${filter.search}%`)
  return (await query.execute()).map(({ id }) => id)
}

const maybe = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })

test('pages and totals are those of a plain query, however deep and however filtered', async () => {
  await fc.assert(
    fc.asyncProperty(
      maybe(...EVENT_TYPES),
      maybe(...EVENT_STATUSES),
      maybe(0, 1, 7, 300),
      maybe(-100, 0, 5, 24, 500),
      maybe(-50, 3, 48, 700),
      maybe(0, 1),
      fc.option(fc.constant('sea'), { nil: undefined, freq: 4 }),
      fc.integer({ min: 0, max: COUNT + 50 }),
      async (event_type, status, after, from, before, facilitator, search, offset) => {
        const [startsAfter, startsFrom, startsBefore] = [after, from, before].map((hours) =>
          hours === undefined ? undefined : new Date(booking.clock.now().getTime() + hours * HOUR_MS),
        )
        const facilitator_id = facilitator === undefined ? undefined : facilitators[facilitator]
        const filter = {
          event_type,
          status,
          startsAfter,
          startsFrom,
          startsBefore,
          facilitator_id,
          search,
        }
        const expected = await listPlainly(filter)
        const { events, total } = await list(booking.deps.db, filter, { limit: 10, offset })
        assert.equal(total, expected.length)
        assert.deepEqual(
          events.map(({ event }) => event.id),
          expected.slice(offset, offset + 10),
        )
      },
    ),
    { numRuns: 250 },
  )
})

/** How many rows of counts are not what there is to count. */
const recount = async () => {
  const { rows } = await sql<{ wrong: number }>`
    select (
      select count(*) from (
        select unit, status, date_trunc(unit, start_datetime at time zone 'UTC')::date as starts_on, event_type, count(*)
        from events, unnest(array['day', 'month']) unit group by 1, 2, 3, 4
      ) counted full join (select * from event_counts where count <> 0) kept
        using (unit, status, starts_on, event_type)
      where counted.count is distinct from kept.count
    ) + (
      select count(*) from (
        select facilitator_id, status, date_trunc('month', start_datetime at time zone 'UTC')::date as starts_on,
               event_type, count(*)
        from events group by 1, 2, 3, 4
      ) counted full join (select * from facilitator_event_counts where count <> 0) kept
        using (facilitator_id, status, starts_on, event_type)
      where counted.count is distinct from kept.count
    ) as wrong`.execute(booking.deps.db)
  return rows[0]?.wrong
}

test('the counts follow every change of an event, also of many at once', async () => {
  const { db, clock } = booking.deps
  assert.equal(await recount(), 0)
  await db.updateTable('events').set({ status: 'CANCELLED' }).where('id', '<', 500).execute()
  await db
    .updateTable('events')
    .set({
      start_datetime: sql`start_datetime + interval '40 days'`,
      end_datetime: sql`end_datetime + interval '40 days'`,
      event_type: 'RETREAT',
    })
    .where('id', '<', 900)
    .execute()
  assert.equal(await recount(), 0)
  await db.updateTable('events').set({ facilitator_id: facilitators[0] }).where('id', '<', 700).execute()
  assert.equal(await recount(), 0)
  await db.deleteFrom('events').where('id', '<', 300).execute()
  await eventStore.completeEnded(db, clock.now())
  await insert(20)
  assert.equal(await recount(), 0)
})

test('a count that nobody kept would be noticed', async () => {
  await sql`alter table events disable trigger user`.execute(booking.deps.db)
  await insert(1)
  await sql`alter table events enable trigger user`.execute(booking.deps.db)
  assert.notEqual(await recount(), 0)
})
