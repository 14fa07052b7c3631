import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { startTestBooking } from '#harness/apps/test-booking.ts'
import { analyseGrownTables } from './grown-tables.ts'

test('a table that has grown is analysed, and one that has hardly changed is left alone', async (t) => {
  const own = await startTestBooking()
  t.after(() => own.close())
  const { db } = own.deps
  await sql`create table grown (id integer) with (autovacuum_enabled = off)`.execute(db)
  const grow = async (rows: number) => {
    await db.connection().execute(async (connection) => {
      await sql`insert into grown select generate_series(1, ${rows}::int)`.execute(connection)
      // Otherwise figures are told when the server finds the time.
      await sql`select pg_stat_force_next_flush()`.execute(connection)
    })
    await analyseGrownTables(db)
    const { rows: found } = await sql<{ known: number; times: number }>`
      select reltuples as known, analyze_count as times from pg_class
      join pg_stat_user_tables on relid = pg_class.oid where pg_class.relname = 'grown'`.execute(db)
    return found[0]
  }
  assert.deepEqual(await grow(400), { known: -1, times: 0 })
  assert.deepEqual(await grow(600), { known: 1_000, times: 1 })
  assert.deepEqual(await grow(500), { known: 1_000, times: 1 })
  assert.deepEqual(await grow(500), { known: 2_000, times: 2 })
})
