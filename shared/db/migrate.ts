import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Migration, Migrator } from 'kysely/migration'
import { type ConnectOptions, connect } from './connect.ts'

/**
 * Brings the schema up to date. Kysely holds an advisory lock meanwhile, so any number of instances may
 * call this at once. Returns the names of the migrations that ran.
 */
export async function migrate(url: string, folder: string, log: ConnectOptions['log']): Promise<string[]> {
  const { db } = connect<unknown>({ url, log, poolMax: 2, hasLongStatements: true })
  const migrator = new Migrator({ db, provider: { getMigrations: () => readMigrations(folder) } })
  const { error, results = [] } = await migrator.migrateToLatest()
  await db.destroy()
  if (error) {
    const failed = results.find(({ status }) => status === 'Error')?.migrationName
    throw new Error(`Migration ${failed ?? ''} in ${folder} failed; nothing of it was kept.`, {
      cause: error,
    })
  }
  return results.map(({ migrationName }) => migrationName)
}

async function readMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort()
  const modules = files.map(async (name) => [
    name.replace('.ts', ''),
    (await import(pathToFileURL(join(folder, name)).href)) as Migration,
  ])
  return Object.fromEntries(await Promise.all(modules))
}
