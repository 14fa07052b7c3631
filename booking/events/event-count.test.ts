import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { NewEvent } from '#booking/database/event.table.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, manyEvents } from '#harness/data/factories.ts'
import { untilSomebodyWaits } from '#harness/faults/lock-waiters.ts'
import * as eventStore from './event.store.ts'

let booking: TestBooking
let facilitators: number[]

before(async () => {
  booking = await startTestBooking()
  facilitators = [(await aFacilitator(booking.deps)).id, (await aFacilitator(booking.deps)).id]
  await manyEvents(booking.deps, 1_000, facilitators)
})
after(() => booking.close())

/** Number of count rows that differ from a plain count. */
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
  await manyEvents(booking.deps, 20, facilitators)
  assert.equal(await recount(), 0)
})

const ahead = (days: number) => new Date(booking.clock.now().getTime() + days * 86_400_000)
const event = (days: number): NewEvent => ({
  title: 'One of several',
  description: null,
  event_type: 'SESSION',
  facilitator_id: facilitators[0] ?? 0,
  start_datetime: ahead(days),
  end_datetime: ahead(days + 1),
  location: null,
  virtual_link: null,
  max_participants: 5,
  requirements: null,
  cancellation_reason: null,
  series_id: null,
})

test('who changes several events, one after the other, cannot deadlock with who creates others', async () => {
  const { db } = booking.deps
  const [a, b] = await eventStore.insertMany(db, [event(410), event(420)])
  const move = (trx: Db, id: number | undefined, days: number) =>
    trx
      .updateTable('events')
      .set({ start_datetime: ahead(days), end_datetime: ahead(days + 1) })
      .where('id', '=', id ?? 0)
      .execute()
  const { created } = await db.transaction().execute(async (trx) => {
    await move(trx, a?.id, 402)
    const created = eventStore.insertMany(db, [event(401), event(402)])
    created.catch(() => {})
    await untilSomebodyWaits(db)
    await move(trx, b?.id, 401)
    return { created }
  })
  assert.equal((await created).length, 2)
  assert.equal(await recount(), 0)
})

test('events that are over are completed in the order in which all others lock events', async () => {
  const { db, clock } = booking.deps
  await eventStore.completeEnded(db, clock.now())
  const [a, b] = await eventStore.insertMany(db, [event(-3), event(-5)])
  const { completed } = await db.transaction().execute(async (trx) => {
    await eventStore.lock(trx, a?.id ?? 0)
    const completed = eventStore.completeEnded(db, clock.now())
    completed.catch(() => {})
    await untilSomebodyWaits(db)
    await eventStore.lock(trx, b?.id ?? 0)
    return { completed }
  })
  assert.equal(await completed, 2)
  assert.equal(await recount(), 0)
})

test('the comparison notices a wrong count', async () => {
  await sql`alter table events disable trigger user`.execute(booking.deps.db)
  await manyEvents(booking.deps, 1, facilitators)
  await sql`alter table events enable trigger user`.execute(booking.deps.db)
  assert.notEqual(await recount(), 0)
})
