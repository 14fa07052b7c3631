import { sendToLauncher } from '#shared/process/launcher-channel.ts'
import { refuseTakenPort } from '#shared/process/port.ts'
import { runService } from '#shared/process/run-service.ts'
import { sharePort } from '#shared/process/workers.ts'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { closeDemoAccounts } from './demo/demo-closing.ts'
import { addDemoData } from './demo/demo-data.ts'
import { findDemoLogins } from './demo/demo-logins.ts'
import { openDeps } from './open-deps.ts'
import { startWorker } from './worker.ts'

await runService({
  name: 'booking',
  loadConfig,
  check: (config) => refuseTakenPort(config, 'API_PORT'),
  async start(config, log) {
    const { deps, close } = await openDeps(config, log)
    if (config.demoData) {
      await addDemoData(deps)
      sendToLauncher({ type: 'demo logins', logins: await findDemoLogins(deps) })
    }
    if (config.production) await closeDemoAccounts(deps)
    if (config.production && !config.publicUrl)
      log.warn('PUBLIC_URL is not set: links are made from what each request calls this service')
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
  },
})
