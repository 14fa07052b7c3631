import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { aFacilitator, manyEvents } from '#testing/factories.ts'
import { startTestBooking, type TestBooking } from '#testing/test-booking.ts'
import * as eventStore from './event.store.ts'
import { keepCounts } from './event-count.store.ts'

let booking: TestBooking
let facilitators: number[]

before(async () => {
  booking = await startTestBooking()
  facilitators = [(await aFacilitator(booking.deps)).id, (await aFacilitator(booking.deps)).id]
  await manyEvents(booking.deps, 1_000, facilitators)
  await keepCounts(booking.deps.db, 'SEA', 1)
})
after(() => booking.close())

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
    ) + (
      select count(*) from (
        select pattern, unit, status, date_trunc(unit, start_datetime at time zone 'UTC')::date as starts_on, event_type, count(*)
        from events join counted_searches on title ilike pattern or description ilike pattern,
             unnest(array['day', 'month']) unit group by 1, 2, 3, 4, 5
      ) counted full join (select * from search_counts where count <> 0) kept
        using (pattern, unit, status, starts_on, event_type)
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
  await db.updateTable('events').set({ description: 'not by the sea' }).where('id', '<', 350).execute()
  await db.updateTable('events').set({ title: 'Hills' }).where('id', 'in', [350, 357, 364, 365]).execute()
  assert.equal(await recount(), 0)
  await db.deleteFrom('events').where('id', '<', 300).execute()
  await eventStore.completeEnded(db, clock.now())
  await manyEvents(booking.deps, 20, facilitators)
  assert.equal(await recount(), 0)
})

test('searches are counted while events come and go', async () => {
  const { deps } = booking
  let isOver = false
  const write = async () => {
    for (let i = 0; i < 15; i++) {
      await manyEvents(deps, 12, facilitators)
      await deps.db
        .updateTable('events')
        .set({ title: `Event ${i} 1` })
        .where('id', '=', 950 + i)
        .execute()
    }
  }
  const count = async () => {
    for (let i = 0; !isOver; i++) await keepCounts(deps.db, `Event ${i % 40}`, 1).catch(ifNotLocked)
  }
  const counting = [count(), count()]
  await Promise.all([write(), write(), write()])
  isOver = true
  await Promise.all(counting)
  const { rows } = await sql<{ counted: number }>`select count(*) as counted from counted_searches`.execute(
    deps.db,
  )
  assert.ok(Number(rows[0]?.counted) > 1, 'none was counted')
  assert.equal(await recount(), 0)
})

test('a search is not counted before everybody who writes events has committed', async () => {
  assert.equal(await countBeforeCommit('Event 41'), '55P03')
  await keepCounts(booking.deps.db, 'Event 41', 1)
  assert.equal(await recount(), 0)
})

test('counting without that would be noticed', async () => {
  const { db } = booking.deps
  const { rows } = await sql<{ definition: string }>`
    select pg_get_functiondef('add_to_search_counts'::regproc) as definition`.execute(db)
  await sql.raw(rows[0]?.definition.replace(/lock table .*;/, '') as string).execute(db)
  assert.equal(await countBeforeCommit('Event 42'), 'counted')
  assert.notEqual(await recount(), 0)
})

test('a count that nobody kept would be noticed', async () => {
  await sql`alter table events disable trigger user`.execute(booking.deps.db)
  await manyEvents(booking.deps, 1, facilitators)
  await sql`alter table events enable trigger user`.execute(booking.deps.db)
  assert.notEqual(await recount(), 0)
})

/** A search is counted when events are written and not committed yet. Says how that ended. */
async function countBeforeCommit(search: string): Promise<string> {
  const { db, clock } = booking.deps
  const written = Promise.withResolvers<void>()
  const counted = Promise.withResolvers<void>()
  const writing = db.transaction().execute(async (trx) => {
    await manyEvents({ db: trx, clock }, 500, facilitators)
    written.resolve()
    await counted.promise
  })
  await written.promise
  const end = await keepCounts(db, search, 1).then(
    () => 'counted',
    ({ code }) => code,
  )
  counted.resolve()
  await writing
  return end
}

function ifNotLocked(error: { code?: string }): void {
  if (error.code !== '55P03') throw error
}
