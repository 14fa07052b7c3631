import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { connect } from '#shared/db/connect.ts'

// What a pooler in transaction mode can keep, asked of PostgreSQL itself. With a real PgBouncer: npm run torture -- pgbouncer.
let database: TestDatabase
const log = { info() {}, warn() {} }

before(async () => {
  database = await createTestDatabase('booking')
})
after(() => database.drop())

const withOption = (option: string) => `${database.url}${database.url.includes('?') ? '&' : '?'}${option}`

function open(option: string) {
  return connect<unknown>({ url: withOption(option), log, poolMax: 1 })
}

async function countPrepared(option: string): Promise<number> {
  const { db, pool } = open(option)
  await sql`select ${1}::integer`.execute(db)
  // As the limiter of failed logins asks: with a name of its own, past Kysely.
  await pool.query({ name: 'by-hand', text: 'select $1::integer', values: [1] })
  const { rows } = await sql<{
    count: number
  }>`select count(*)::int as count from pg_prepared_statements`.execute(db)
  await pool.end()
  return rows[0]?.count ?? 0
}

test('behind a pooler no statement has a name, unless the pooler is said to know them', async () => {
  assert.equal(await countPrepared(''), 2)
  assert.equal(await countPrepared('pgbouncer=true'), 0)
  assert.equal(await countPrepared('pgbouncer=true&prepared_statements=true'), 2)
})

test('a session runs in UTC whatever the database prefers, with and without a pooler', async () => {
  const admin = open('')
  await sql`do $$ begin execute format('alter database %I set timezone = ''Asia/Tokyo''', current_database()); end $$`.execute(
    admin.db,
  )
  await admin.pool.end()
  for (const option of ['', 'pgbouncer=true']) {
    const { db, pool } = open(option)
    const { rows } = await sql<{ TimeZone: string }>`show timezone`.execute(db)
    assert.deepEqual(rows, [{ TimeZone: 'UTC' }], option)
    await pool.end()
  }
})

test('a session begins with nothing that a pooler refuses', async () => {
  const known = ['user', 'database', 'client_encoding', 'application_name', 'TimeZone']
  const asked = await startupSettings('pgbouncer=true')
  assert.deepEqual(
    asked.filter((name) => !known.includes(name)),
    [],
  )
  assert.ok(asked.includes('TimeZone'))
  assert.ok((await startupSettings('')).includes('statement_timeout'), 'and otherwise with limits')
})

/** The names of what a client asks for in its first message. */
async function startupSettings(option: string): Promise<string[]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { pool } = connect<unknown>({
    url: `postgresql://u@127.0.0.1:${port}/d?sslmode=disable&${option}`,
    log,
  })
  const refused = pool.query('select').catch(() => {})
  const [socket] = await once(server, 'connection')
  const [message] = await once(socket, 'data')
  socket.destroy()
  server.close()
  await refused
  await pool.end()
  const texts = (message as Buffer).subarray(8).toString().split('\0')
  return texts.filter((_, i) => i % 2 === 0).filter(Boolean)
}
