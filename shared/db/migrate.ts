import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Kysely, sql } from 'kysely'
import { type Migration, type MigrationResult, Migrator } from 'kysely/migration'
import { type ConnectOptions, connect } from './connect.ts'
import { applyFunctions, hasTable } from './function-files.ts'
import { lockMigrations } from './migration-lock.ts'

/**
 * Brings the schema up to date, in one transaction: first the migrations of the folder, then the functions in its
 * `functions/` whose text has changed, or all of them after a migration. Any number of instances may call this at once, of
 * older versions too. A schema that a newer version has extended is left as it is, functions included: it serves this
 * version as well (decision 0035). Returns the names of the migrations that ran and of the functions that were applied.
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
      const ran = results.map(({ migrationName }) => migrationName)
      if (newer.length > 0) return { ran, newer }
      const applied = await applyFunctions(trx, folder, { areAllDue: ran.length > 0 })
      return { ran: [...ran, ...applied], newer }
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
  if (!(await hasTable(trx, 'kysely_migration'))) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(trx)
  const last = ours.at(-1) ?? ''
  return rows.map(({ name }) => name).filter((name) => name > last)
}

const DONE: Migration = { up: async () => {} }

function explain(folder: string, error: unknown, results: MigrationResult[]): Error {
  const failed = results.find(({ status }) => status === 'Error')?.migrationName
  return new Error(`Migration ${failed ?? ''} in ${folder} failed; nothing of it was kept.`, { cause: error })
}
