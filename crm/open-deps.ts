import { join } from 'node:path'
import { migrate } from '#shared/db/migrate.ts'
import { openDatabase } from '#shared/db/open-database.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import type { CrmConfig } from './config.ts'
import { closeDeps, createDeps, type Deps } from './deps.ts'

/** Opens and migrates the database and creates the dependencies. `close` also stops the embedded PostgreSQL, unless another process uses it. */
export async function openDeps(
  config: CrmConfig,
  log: Logger,
  options: { hasLongStatements?: boolean } = {},
): Promise<{ deps: Deps; close(): Promise<void> }> {
  const database = await openDatabase({ ...config, database: 'crm' }, log)
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
