import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Database } from '#booking/database/database.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { startServerPair } from '#harness/processes/postgres-server.ts'
import { type Connection, connect } from '#shared/db/connect.ts'
import { createReplicaReads, type Reads } from '#shared/db/high-availability/replica-reads.ts'
import { migrate } from '#shared/db/migrate.ts'

let pair: Awaited<ReturnType<typeof startServerPair>>
let booking: TestBooking
let other: Awaited<ReturnType<TestBooking['startInstance']>>
let primary: Connection<Database>
let replica: Connection<Database>
let reads: Reads<Database>
let token: string
let told: string[] = []
const log = {
  info: (_: object, message: string) => told.push(message),
  warn: (_: object, message: string) => told.push(message),
}

before(async () => {
  pair = await startServerPair()
  const [url, replicaUrl] = [pair.primary.url('booking'), pair.standby.url('booking')]
  await migrate(url, join(import.meta.dirname, '..', 'booking', 'migrations'), log)
  const env = { DATABASE_URL: url, DATABASE_REPLICA_URL: replicaUrl }
  booking = await startTestBooking({ database: { url }, env })
  other = await booking.startInstance()
  token = (await aUser(booking.deps)).token
  primary = connect<Database>({ url, log })
  replica = connect<Database>({ url: replicaUrl, role: 'replica', log })
})
after(async () => {
  await primary.pool.end()
  await replica.pool.end()
  await booking.close()
  await pair.close()
})
beforeEach(() => {
  told = []
  reads = createReplicaReads({ primary: primary.db, replica: replica.connections, log })
})

const whereAnswered = (db: Kysely<Database>) =>
  sql<{ place: string }>`select case when pg_is_in_recovery() then 'replica' else 'primary' end as place`
    .execute(db)
    .then(({ rows }) => rows[0]?.place)

/** The replica stands still until the test is over. */
async function pause(t: TestContext): Promise<void> {
  await pair.standby.ask('select pg_wal_replay_pause()')
  t.after(resume)
}
const resume = () => pair.standby.ask('select pg_wal_replay_resume()')

/**
 * The replica stands still with everything the primary has, and is read. A server writes to its log now and then
 * without being asked to: when that fell in between, the pause is tried again.
 */
async function pauseWhileItHasEverything(t: TestContext): Promise<void> {
  const position = async () => {
    const [row] = await pair.primary.ask<{ position: string }>(
      'select pg_current_wal_flush_lsn() as position',
    )
    return row?.position
  }
  for (let attempt = 0; attempt < 10; attempt++) {
    await untilReplicaAnswers()
    const before = await position()
    await pause(t)
    const [it] = await pair.standby.ask<{ has: boolean }>(
      `select pg_last_wal_replay_lsn() >= '${before}' as has`,
    )
    const place = await reads(whereAnswered)
    if (it?.has && before === (await position())) {
      assert.equal(place, 'replica', 'nothing has happened since: it still has everything')
      return
    }
    await resume()
  }
  assert.fail('the primary has written something during every attempt')
}

/** Until a replica that was left out has had its pause. */
async function untilReplicaAnswers(): Promise<void> {
  for (let waited = 0; (await reads(whereAnswered)) !== 'replica'; waited += 100) {
    assert.ok(waited < 10_000, 'the replica is never asked again')
    await sleep(100)
  }
}

const titles = async ({ request }: Pick<TestBooking, 'request'>, search: string) => {
  const { status, body } = await request('GET', `/api/events/?search=${search}`, { token })
  assert.equal(status, 200)
  return body.events.map(({ title }: { title: string }) => title)
}

test('a replica that has everything is read', async () => {
  await untilReplicaAnswers()
  assert.equal(await reads(whereAnswered), 'replica')
})

test('one that is behind is not, until it has caught up', async (t) => {
  await pauseWhileItHasEverything(t)
  told = []
  await pair.primary.ask('create table if not exists news (id int)')
  assert.equal(await reads(whereAnswered), 'primary')
  assert.equal(await reads(whereAnswered), 'primary')
  assert.deepEqual(told, ['the replica is left out, the primary is read instead'])
  await resume()
  await untilReplicaAnswers()
  assert.equal(told.at(-1), 'the replica is read again')
})

test('what somebody wrote is listed at once by every instance, however far behind the replica is', async (t) => {
  await anEvent(booking.deps, { title: 'Quiet morning' })
  await pause(t)
  const { id } = await aFacilitator(booking.deps)
  await anEvent(booking.deps, { title: 'Quiet evening', facilitator_id: id })
  booking.clock.advance(2)
  assert.deepEqual((await titles(booking, 'quiet')).toSorted(), ['Quiet evening', 'Quiet morning'])
  assert.deepEqual((await titles(other, 'quiet')).toSorted(), ['Quiet evening', 'Quiet morning'])
  const { body } = await other.request('GET', `/api/facilitators/${id}/events`, { token })
  assert.equal(body.events.length, 1)
})

test('a replica that is away costs no answer', async () => {
  const url = pair.standby.url('booking').replace(pair.standby.address, '127.0.0.1:1')
  const away = connect<Database>({ url, role: 'replica', log })
  const readAway = createReplicaReads({ primary: primary.db, replica: away.connections, log })
  assert.equal(await readAway(whereAnswered), 'primary')
  assert.equal(await readAway(whereAnswered), 'primary')
  assert.deepEqual(told, ['the replica is left out, the primary is read instead'])
  await away.pool.end()
})

test('a server that follows nobody is no replica', async () => {
  const wrong = createReplicaReads({ primary: primary.db, replica: primary.connections, log })
  let pools = 0
  const place = await wrong((db) => {
    pools++
    return whereAnswered(db)
  })
  assert.deepEqual([place, pools], ['primary', 2])
  assert.deepEqual(told, ['the replica is left out, the primary is read instead'])
})

test('a fault of the statement itself is told as it is, and asked of nobody else', async () => {
  await untilReplicaAnswers()
  let asked = 0
  const broken = reads((db) => {
    asked++
    return sql`select 1 / ${0}::integer`.execute(db)
  })
  await assert.rejects(broken, { code: '22012' })
  assert.equal(asked, 1)
})
