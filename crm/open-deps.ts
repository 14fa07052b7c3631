import { join } from 'node:path'
import { migrate } from '#shared/db/migrate.ts'
import { type OpenDatabase, openDatabase } from '#shared/db/open-database.ts'
import type { Logger } from '#shared/lib/logger.ts'
import type { CrmConfig } from './config.ts'
import { closeDeps, createDeps, type Deps } from './deps.ts'

type Options = { hasLongStatements?: boolean }

/** Dependencies on the configured, migrated database. `close` also leaves or stops the embedded PostgreSQL. */
export async function openDeps(
  config: CrmConfig,
  log: Logger,
  options: Options = {},
): Promise<{ deps: Deps; close(): Promise<void> }> {
  return depsOn(await openDatabase({ ...config, database: 'crm' }, log), config, log, options)
}

/** The same on a database that is open, which `close` closes. */
export async function depsOn(
  database: OpenDatabase,
  config: CrmConfig,
  log: Logger,
  options: Options = {},
): Promise<{ deps: Deps; close(): Promise<void> }> {
  await migrate(database.url, join(import.meta.dirname, 'migrations'), log)
  const deps = createDeps(config, { url: database.url, ...options }, log)
  return {
    deps,
    async close() {
      await closeDeps(deps)
      await database.close()
    },
  }
}
