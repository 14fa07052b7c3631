import { join } from 'node:path'
import { migrate } from '#shared/db/migrate.ts'
import { openDatabase } from '#shared/db/open-database.ts'
import { createLogger } from '#shared/lib/logger.ts'
import { type RunningService, runService } from '#shared/lib/run-service.ts'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { addDemoData } from './demo/demo-data.ts'
import { closeDeps, createDeps } from './deps.ts'
import { startWorker } from './worker.ts'

const config = loadConfig()
const log = createLogger('booking', config.logLevel)

async function start(): Promise<RunningService> {
  const database = await openDatabase({ ...config, database: 'booking' }, log)
  const deps = createDeps(config, database.url, log)
  await migrate(deps.db, join(import.meta.dirname, 'migrations'))
  if (config.demoData) await addDemoData(deps)
  const app = await buildApp(deps)
  const address = await app.listen({ host: config.host, port: config.port })
  log.info(`Main API listening at ${address}`)
  const worker = startWorker(deps)
  return {
    async stop() {
      await app.close()
      await worker.stop()
      await closeDeps(deps)
      await database.close()
    },
  }
}

await runService(log, start)
