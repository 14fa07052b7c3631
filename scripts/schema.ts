/** Writes {booking,crm}/schema.sql from databases that were migrated for it; with --check only says whether they are up to date. */
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '#shared/db/connect.ts'
import { describeSchema } from '#shared/db/describe-schema.ts'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { migrate } from '#shared/db/migrate.ts'

const log = { info() {}, warn: console.warn }
const dataDir = mkdtempSync(join(tmpdir(), 'stillpoint-schema-'))
try {
  for (const app of ['booking', 'crm']) {
    const file = join(import.meta.dirname, '..', app, 'schema.sql')
    const text = await migratedSchema(app)
    if (!process.argv.includes('--check')) {
      await writeFile(file, text)
      console.log(`${app}/schema.sql written`)
    } else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
      console.error(`${app}/schema.sql is out of date: run npm run generate and commit it.`)
      process.exitCode = 1
    }
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}

async function migratedSchema(app: string): Promise<string> {
  const settings = { fsync: 'off' }
  const postgres = await startEmbeddedPostgres({ dataDir, database: app, settings, log })
  try {
    await migrate(postgres.url, join(import.meta.dirname, '..', app, 'migrations'), log)
    const { pool } = connect({ url: postgres.url, poolMax: 1, log })
    return await describeSchema(pool).finally(() => pool.end())
  } finally {
    await postgres.stop()
  }
}
