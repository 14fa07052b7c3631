import { join } from 'node:path'
import { migrate } from '#shared/db/migrate.ts'
import { openDatabase } from '#shared/db/open-database.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import type { BookingConfig } from './config.ts'
import { closeDeps, createDeps, type Deps } from './deps.ts'
import { adoptDatabase } from './mail/planning/planner.ts'

/** Opens and migrates the configured database. `close` also stops the embedded PostgreSQL unless others use it. */
export async function openDeps(
  config: BookingConfig,
  log: Logger,
  options: { hasLongStatements?: boolean } = {},
): Promise<{ deps: Deps; close(): Promise<void> }> {
  const database = await openDatabase({ ...config, database: 'booking' }, log)
  await migrate(database.url, join(import.meta.dirname, 'migrations'), log)
  const deps = createDeps(config, { url: database.url, ...options }, log)
  await adoptDatabase(deps)
  return {
    deps,
    async close() {
      await closeDeps(deps)
      await database.close()
    },
  }
}
