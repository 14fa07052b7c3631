import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { startServerPair } from '#harness/processes/postgres-server.ts'
import { type Connection, connect } from '#shared/db/connect.ts'
import { isDatabaseAway } from '#shared/db/database-errors.ts'
import { requireDatabase } from '#shared/db/require-database.ts'

const log = { info() {}, warn() {} }
type Names = { names: { name: string } }

let pair: Awaited<ReturnType<typeof startServerPair>>
let connection: Connection<Names>

beforeEach(async () => {
  pair = await startServerPair()
  connection = connect<Names>({ url: pair.url, log })
  await sql`create table names (name text)`.execute(connection.db)
})
afterEach(async () => {
  await connection.pool.end()
  await pair.close()
})

const write = (name: string) => connection.db.insertInto('names').values({ name }).execute()

/** Tries until it works, as clients do. Every failure has to be one that is told as 503. */
async function writeInTime(name: string, maxMs: number): Promise<void> {
  const deadline = performance.now() + maxMs
  for (;;) {
    try {
      await write(name)
      return
    } catch (error) {
      assert.ok(isDatabaseAway(error), `not told as a database that is away: ${error}`)
      if (performance.now() > deadline) throw error
    }
    await sleep(20)
  }
}

async function untilReplayed(): Promise<void> {
  const [{ lsn } = { lsn: '' }] = await pair.primary.ask<{ lsn: string }>(
    'select pg_current_wal_flush_lsn() as lsn',
  )
  for (;;) {
    const [row] = await pair.standby.ask<{ done: boolean }>(
      `select pg_last_wal_replay_lsn() >= '${lsn}' as done`,
    )
    if (row?.done) return
    await sleep(10)
  }
}

test('a writer is led to the primary, and after a promotion to the new one', async () => {
  await write('before')
  await untilReplayed()
  await pair.primary.kill()
  await assert.rejects(write('meanwhile'), isDatabaseAway)
  await pair.standby.ask('select pg_promote()')
  await writeInTime('after', 5_000)
  // The old primary comes back and does not know what has happened.
  await pair.primary.start()
  await Promise.all(Array.from({ length: 20 }, (_, i) => writeInTime(`later ${i}`, 5_000)))
  const { rows } = await sql<{ name: string }>`select name from names order by name limit 2`.execute(
    connection.db,
  )
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['after', 'before'],
  )
  const [{ count } = { count: 0 }] = await pair.primary.ask<{ count: number }>(
    "select count(*)::int as count from pg_stat_activity where application_name = '' and datname = 'booking' and backend_type = 'client backend'",
  )
  assert.equal(count, 0, 'nobody is connected to the old primary')
})

test('a server that is demoted under open connections loses them', async () => {
  // All connections of a busy moment are open and idle when the roles change.
  await Promise.all(Array.from({ length: 4 }, (_, i) => write(`early ${i}`)))
  await untilReplayed()
  await pair.primary.ask('alter system set default_transaction_read_only = on')
  await pair.primary.ask('select pg_reload_conf()')
  await pair.standby.ask('select pg_promote()')
  await writeInTime('late', 5_000)
  await Promise.all(Array.from({ length: 10 }, (_, i) => write(`last ${i}`)))
  const rows = await pair.standby.ask<{ connected: number }>(
    "select count(*)::int as connected from pg_stat_activity where datname = 'booking' and backend_type = 'client backend'",
  )
  assert.ok((rows[0]?.connected ?? 0) > 0)
})

test('a start finds the primary too, and says what is wrong with a standby alone', async () => {
  await requireDatabase(pair.url, log)
  await assert.rejects(requireDatabase(pair.standby.url('booking'), log), /is a standby.*Name the primary/)
})
