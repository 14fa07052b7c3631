import { randomUUID } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { migrate } from '#shared/db/migrate.ts'

export type TestDatabase = { url: string; drop(): Promise<void> }

const SILENT = { info() {}, warn() {} }
const FAST_AND_FORGETFUL = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }

/**
 * A database of the test's own: a clone of a template that is migrated once a run. It lives in the
 * PostgreSQL of TEST_DATABASE_URL; a test file that runs alone brings an embedded one.
 */
export async function createTestDatabase(app: 'booking' | 'crm'): Promise<TestDatabase> {
  const server = await findServer()
  const template = `${app}_template`
  const name = `${app}_test_${randomUUID().replaceAll('-', '')}`
  await withAdmin(server.url, async (admin) => {
    // Cloning fails while anyone is connected to the template, so only one process migrates or clones at a time.
    await admin.query(`select pg_advisory_lock(hashtext('stillpoint tests'))`)
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [template])
    if (!rowCount) await createTemplate(admin, server.url, app, template)
    await admin.query(`create database ${name} template ${template}`)
  })
  return {
    url: databaseUrl(server.url, name),
    async drop() {
      await withAdmin(server.url, (admin) => admin.query(`drop database if exists ${name} with (force)`))
      await server.stop()
    },
  }
}

async function createTemplate(
  admin: pg.Client,
  serverUrl: string,
  app: string,
  template: string,
): Promise<void> {
  const unfinished = `${template}_unfinished`
  await admin.query(`drop database if exists ${unfinished} with (force)`)
  await admin.query(`create database ${unfinished}`)
  const migrations = join(import.meta.dirname, '..', '..', app, 'migrations')
  await migrate(databaseUrl(serverUrl, unfinished), migrations, SILENT)
  await admin.query(`alter database ${unfinished} rename to ${template}`)
}

async function findServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env.TEST_DATABASE_URL
  if (url) return { url, stop: async () => {} }
  const dataDir = join(tmpdir(), `stillpoint-test-${userInfo().username}-${process.pid}`)
  const postgres = await startEmbeddedPostgres({
    dataDir,
    database: 'postgres',
    settings: FAST_AND_FORGETFUL,
    log: SILENT,
  })
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop()
      // Another database of this test file may still be there.
      if (!existsSync(join(dataDir, 'pg', 'postmaster.pid')))
        rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function withAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.end()
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
