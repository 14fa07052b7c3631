import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Kysely, sql } from 'kysely'
import { type Migration, type MigrationResult, Migrator } from 'kysely/migration'
import { type ConnectOptions, connect } from './connect.ts'
import { lockMigrations } from './migration-lock.ts'

/**
 * Brings the schema up to date, in one transaction. Any number of instances may call this at once, of older versions
 * too. A schema that a newer version has extended already is left as it is: it serves this version as well. Returns
 * the names of the migrations that ran.
 */
export async function migrate(url: string, folder: string, log: ConnectOptions['log']): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const { db } = connect<unknown>({ url, log, poolMax: 1, hasLongStatements: true })
  try {
    const { ran, newer } = await db.transaction().execute(async (trx) => {
      // A limit of the role's is meant for requests, not for this, nor for waiting until another instance is done.
      await sql`set local statement_timeout = 0`.execute(trx)
      await lockMigrations(trx)
      const newer = await listNewer(trx, Object.keys(migrations))
      const known = { ...migrations, ...Object.fromEntries(newer.map((name) => [name, DONE])) }
      const migrator = new Migrator({ db: trx, provider: { getMigrations: async () => known } })
      const { error, results = [] } = await migrator.migrateToLatest()
      if (error) throw explain(folder, error, results)
      return { ran: results.map(({ migrationName }) => migrationName), newer }
    })
    if (newer.length > 0)
      log.info({ newer }, 'the database has been migrated by a newer version, and serves this one too')
    return ran
  } finally {
    await db.destroy()
  }
}

async function readMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort()
  const modules = files.map(async (name) => [
    name.replace('.ts', ''),
    (await import(pathToFileURL(join(folder, name)).href)) as Migration,
  ])
  return Object.fromEntries(await Promise.all(modules))
}

/** What ran here and comes after all that this version has. A gap in between is none of that, and is refused. */
async function listNewer(trx: Kysely<unknown>, ours: string[]): Promise<string[]> {
  const { rows: tables } = await sql`select where to_regclass('kysely_migration') is not null`.execute(trx)
  if (tables.length === 0) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(trx)
  const last = ours.at(-1) ?? ''
  return rows.map(({ name }) => name).filter((name) => name > last)
}

const DONE: Migration = { up: async () => {} }

function explain(folder: string, error: unknown, results: MigrationResult[]): Error {
  const failed = results.find(({ status }) => status === 'Error')?.migrationName
  return new Error(`Migration ${failed ?? ''} in ${folder} failed; nothing of it was kept.`, { cause: error })
}
