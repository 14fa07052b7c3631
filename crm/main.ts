import { refuseTakenPort } from '#shared/process/port.ts'
import { runService } from '#shared/process/run-service.ts'
import { buildApp } from './app.ts'
import { importBackup } from './backup/backup-import.ts'
import { loadConfig } from './config.ts'
import { openDeps } from './open-deps.ts'
import { startWorker } from './worker.ts'

await runService({
  name: 'crm',
  loadConfig,
  check: (config) => refuseTakenPort(config, 'CRM_PORT'),
  async start(config, log) {
    const { deps, close } = await openDeps(config, log)
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
  },
})
