import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import pg from 'pg'
import { createTestDatabase, type TestDatabase } from '#harness/apps/test-database.ts'
import { copyDatabase } from '#shared/db/copy-database.ts'

let from: TestDatabase
let to: TestDatabase

beforeEach(async () => {
  from = await createTestDatabase('booking')
  to = await createTestDatabase('booking')
  await ask(
    from,
    "insert into users (email, first_name, last_name) values ('ann@example.com', 'Ann', 'Other')",
  )
})
afterEach(async () => {
  await from.drop()
  await to.drop()
})

async function ask({ url }: TestDatabase, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const copy = () => copyDatabase(from.url, to.url, () => {})
const count = async (database: TestDatabase) =>
  (await ask(database, 'select count(*)::int from users'))[0]?.count

test('a database with rows in it is not written to', async () => {
  await copy()
  await assert.rejects(copy(), /not empty: there are rows in users/)
  assert.equal(await count(to), 1)
})

test('a database that somebody uses is not copied', async () => {
  const service = new pg.Client({ connectionString: from.url })
  await service.connect()
  await assert.rejects(copy(), /in use: stop the service first/)
  await service.end()
})

test('databases of different versions are not mixed', async () => {
  await ask(from, 'delete from kysely_migration where name = (select max(name) from kysely_migration)')
  await assert.rejects(copy(), /start this version of the service once/)
})

test('when a row arrives otherwise than it left, nothing is kept', async () => {
  await ask(to, 'alter table users alter column created_at type timestamptz(0)')
  await ask(from, "update users set created_at = '2026-01-01 00:00:00.4Z'")
  await assert.rejects(copy(), /users differs/)
  assert.equal(await count(to), 0)
})
