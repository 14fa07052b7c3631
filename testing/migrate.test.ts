import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { up as foldPunctuation } from '#booking/migrations/037-folded-punctuation.ts'
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
  const broken = aFolder(t)
  broken.writeMigration('001-well', 'create table well ()')
  broken.writeMigration('002-broken', 'create table broken (')
  await assert.rejects(broken.migrate(), /Migration 002-broken .* nothing of it was kept/)
  const { rows } = await sql`select from pg_tables where schemaname = 'public'`.execute(connection.db)
  assert.deepEqual(rows, [])
  await migrate(database.url, folder, silent)
})

test('a function is applied once when its text has changed, however many instances start', async (t) => {
  await empty()
  const folder = aFolder(t)
  folder.writeMigration('001-well', 'create table well ()')
  folder.writeAnswer(1)
  assert.deepEqual(await folder.migrate(), ['001-well', ANSWER])
  assert.deepEqual(await folder.migrate(), [])
  folder.writeAnswer(2)
  const ran = await Promise.all(Array.from({ length: 4 }, () => folder.migrate()))
  assert.deepEqual(ran.flat(), [ANSWER])
  assert.equal(await answer(), 2)
  assert.deepEqual(await folder.migrate(), [])
})

test('after a migration, which may have replaced or dropped them, all functions are applied', async (t) => {
  await empty()
  const folder = aFolder(t)
  folder.writeMigration('001-well', 'create table well ()')
  folder.writeAnswer(1)
  await folder.migrate()
  folder.writeMigration('002-new-result', 'drop function answer')
  assert.deepEqual(await folder.migrate(), ['002-new-result', ANSWER])
  assert.equal(await answer(), 1)
})

test('a database from before functions had files gets them without a migration', async () => {
  await sql`drop table kysely_functions`.execute(connection.db)
  const files = readdirSync(join(folder, 'functions')).map((name) => `functions/${name}`)
  assert.deepEqual(await migrate(database.url, folder, silent), files.sort())
  assert.deepEqual(await migrate(database.url, folder, silent), [])
})

test('an older version does not put its functions back', async (t) => {
  await empty()
  const [older, newer] = [aFolder(t), aFolder(t)]
  for (const each of [older, newer]) each.writeMigration('001-well', 'create table well ()')
  newer.writeMigration('002-counts', 'create table counts ()')
  older.writeAnswer(1)
  newer.writeAnswer(2)
  await older.migrate()
  await newer.migrate()
  assert.deepEqual(await older.migrate(), [])
  assert.equal(await answer(), 2)
})

test('a version that knows no files of functions starts on a database that has them', async () => {
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(connection.db)
  const known = Object.fromEntries(rows.map(({ name }) => [name, { up: async () => {} }]))
  const migrator = new Migrator({ db: connection.db, provider: { getMigrations: async () => known } })
  const { error, results } = await migrator.migrateToLatest()
  assert.deepEqual([error, results], [undefined, []])
})

test('of a function that fails nothing is kept, and the message says which', async (t) => {
  await empty()
  const folder = aFolder(t)
  folder.writeMigration('001-well', 'create table well ()')
  folder.writeAnswer('nonsense')
  await assert.rejects(folder.migrate(), /functions\/answer\.sql failed; nothing of it was kept/)
  const { rows } = await sql`select from pg_tables where schemaname = 'public'`.execute(connection.db)
  assert.deepEqual(rows, [])
})

const ANSWER = 'functions/answer.sql'

async function answer(): Promise<number | undefined> {
  const { rows } = await sql<{ answer: number }>`select answer()`.execute(connection.db)
  return rows[0]?.answer
}

/** The migrations of a version, removed after the test. */
function aFolder(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'stillpoint-migrations-'))
  mkdirSync(join(path, 'functions'))
  t.after(() => rmSync(path, { recursive: true }))
  return {
    migrate: () => migrate(database.url, path, silent),
    writeMigration: (name: string, text: string) =>
      writeFileSync(
        join(path, `${name}.ts`),
        `import { sql } from '${import.meta.resolve('kysely')}'\nexport const up = (db) => sql\`${text}\`.execute(db)\n`,
      ),
    writeAnswer: (value: number | string) =>
      writeFileSync(
        join(path, ANSWER),
        `-- Needs a comment.\ncreate or replace function answer() returns integer language sql as $$ select ${value} $$;\n`,
      ),
  }
}

test('texts that were folded before dashes and quotation marks were are folded again', async () => {
  const { db, pool } = connect<unknown>({ url: database.url, log: silent })
  await sql`
    create or replace function fold_text(input text) returns text language sql immutable as 'select lower(input)'`.execute(
    db,
  )
  await sql`
    insert into users (email, email_key, first_name, last_name, password_hash)
    values ('a@example.com', 'a@example.com', 'Ann–Marie', '‚Lee‛', 'x'), ('b@example.com', 'b@example.com', 'Bo', '', 'x')`.execute(
    db,
  )
  await sql`
    insert into facilitators (user_id, first_name, last_name) select id, first_name, last_name from users`.execute(
    db,
  )
  await sql`
    insert into events (title, event_type, facilitator_id, start_datetime, end_datetime, max_participants)
    select '“Lake”', 'SESSION', facilitators.id, now(), now() + interval '1 hour', 4 from facilitators
    union all select 'Walk', 'SESSION', facilitators.id, now(), now() + interval '1 hour', 4 from facilitators`.execute(
    db,
  )
  await foldPunctuation(db)
  const { rows } = await sql<{ search_text: string }>`
    select search_text from users union all select search_text from events order by 1`.execute(db)
  await pool.end()
  assert.deepEqual(
    rows.map(({ search_text }) => search_text.trim().split('\n')),
    [
      ['"lake"', 'ann-marie lee'],
      ['"lake"', 'bo'],
      ['ann-marie lee a@example.com'],
      ['bo  b@example.com'],
      ['walk', 'ann-marie lee'],
      ['walk', 'bo'],
    ],
  )
})
