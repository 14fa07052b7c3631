import type { OpenDatabase } from '#shared/db/open-database.ts'
import type { Logger } from '#shared/lib/logger.ts'
import type { RunningService } from '#shared/lib/run-service.ts'
import { buildApp } from './app.ts'
import { importBackup } from './backup/backup-import.ts'
import type { CrmConfig } from './config.ts'
import { depsOn } from './open-deps.ts'
import { startWorker } from './worker.ts'

/** The CRM, listening, on a database that is open. */
export async function serve(database: OpenDatabase, config: CrmConfig, log: Logger): Promise<RunningService> {
  const { deps, close } = await depsOn(database, config, log)
  await importBackup(deps)
  const app = await buildApp(deps)
  await app.listen({ ...config, listenTextResolver: (address) => `CRM service listening at ${address}` })
  const worker = startWorker(deps)
  return {
    beginDrain: () => app.drain.begin(),
    async stop() {
      await app.close()
      await worker.stop()
      await close()
    },
  }
}
