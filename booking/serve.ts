import type { OpenDatabase } from '#shared/db/open-database.ts'
import type { Logger } from '#shared/lib/logger.ts'
import type { RunningService } from '#shared/lib/run-service.ts'
import { sharePort } from '#shared/lib/workers.ts'
import { buildApp } from './app.ts'
import type { BookingConfig } from './config.ts'
import { addDemoData } from './demo/demo-data.ts'
import { depsOn } from './open-deps.ts'
import { startWorker } from './worker.ts'

/** The Main API, listening, on a database that is open. */
export async function serve(
  database: OpenDatabase,
  config: BookingConfig,
  log: Logger,
): Promise<RunningService> {
  const { deps, close } = await depsOn(database, config, log)
  if (config.demoData) await addDemoData(deps)
  const app = await buildApp(deps)
  await app.listen({
    ...config,
    ...sharePort(config.port),
    listenTextResolver: (address) => `Main API listening at ${address}`,
  })
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
