import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { requireDatabase } from './require-database.ts'

export type OpenDatabase = { url: string; close(): Promise<void> }

/** The configured PostgreSQL, or the embedded one, which is then restarted if it dies. Throws when it cannot be used. */
export async function openDatabase(
  options: { databaseUrl: string | undefined; dataDir: string; database: string },
  log: Logger,
): Promise<OpenDatabase> {
  if (options.databaseUrl) {
    await requireDatabase(options.databaseUrl, log)
    return { url: options.databaseUrl, close: async () => {} }
  }
  const { dataDir, database } = options
  const postgres = await startEmbeddedPostgres({ dataDir, database, log })
  const supervision: Loop = startLoop({
    name: 'keep-postgresql-running',
    everyMs: 1_000,
    log,
    async run() {
      await postgres.ensureRunning()
      return false
    },
  })
  return {
    url: postgres.url,
    async close() {
      await supervision.stop()
      await postgres.stop()
    },
  }
}
