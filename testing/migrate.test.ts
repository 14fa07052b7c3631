import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { startTestBooking } from '#harness/apps/test-booking.ts'
import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { aUser } from '#harness/data/factories.ts'
import { type Connection, connect } from '#shared/db/connect.ts'
import { migrate } from '#shared/db/migrate.ts'

type Migrations = { kysely_migration: { name: string; timestamp: string } }

const folder = join(import.meta.dirname, '..', 'booking', 'migrations')
const silent = { info() {}, warn() {} }
let database: TestDatabase
let connection: Connection<Migrations>

beforeEach(async () => {
  database = await createTestDatabase('booking')
  connection = connect<Migrations>({ url: database.url, log: silent })
})
afterEach(async () => {
  await connection.pool.end()
  await database.drop()
})

const note = (name: string) =>
  connection.db
    .insertInto('kysely_migration')
    .values({ name, timestamp: '2999-01-01T00:00:00.000Z' })
    .execute()

async function empty(): Promise<void> {
  await sql`drop schema public cascade; create schema public`.execute(connection.db)
}

test('any number of instances may start at once on an empty database', async () => {
  await empty()
  const ran = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url, folder, silent)))
  const counts = ran.map(({ length }) => length).toSorted((a, b) => b - a)
  assert.ok((counts[0] ?? 0) > 10)
  assert.deepEqual(counts.slice(1), [0, 0, 0])
})

test('a version that is older than the schema starts, serves and says so', async () => {
  await note('900-of-the-next-version')
  await sql`alter table events add column of_the_next_version text not null default 'x'`.execute(
    connection.db,
  )
  const told: { newer?: string[] }[] = []
  const ran = await migrate(database.url, folder, { ...silent, info: (details) => told.push(details) })
  assert.deepEqual([ran, told], [[], [{ newer: ['900-of-the-next-version'] }]])
  const booking = await startTestBooking({ database })
  const { token } = await aUser(booking.deps)
  const { status, body } = await booking.request('GET', '/api/events/', { token })
  assert.deepEqual([status, body.events], [200, []])
  await booking.close()
})

test('a migration that ran and is unknown in between is refused', async () => {
  await note('007-and-a-half')
  await assert.rejects(migrate(database.url, folder, silent), (error: Error) =>
    /007-and-a-half is missing/.test(String(error.cause)),
  )
})

test('of a migration that fails nothing is kept, and nobody waits for it afterwards', async (t) => {
  await empty()
  const broken = mkdtempSync(join(tmpdir(), 'stillpoint-migrations-'))
  t.after(() => rmSync(broken, { recursive: true }))
  const write = (name: string, text: string) =>
    writeFileSync(
      join(broken, name),
      `import { sql } from '${import.meta.resolve('kysely')}'\nexport const up = (db) => sql\`${text}\`.execute(db)\n`,
    )
  write('001-well.ts', 'create table well ()')
  write('002-broken.ts', 'create table broken (')
  await assert.rejects(
    migrate(database.url, broken, silent),
    /Migration 002-broken .* nothing of it was kept/,
  )
  const { rows } = await sql`select from pg_tables where schemaname = 'public'`.execute(connection.db)
  assert.deepEqual(rows, [])
  await migrate(database.url, folder, silent)
})
