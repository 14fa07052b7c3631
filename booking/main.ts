import { openDatabase } from '#shared/db/open-database.ts'
import { refuseTakenPort } from '#shared/http/port.ts'
import { runService } from '#shared/lib/run-service.ts'
import { loadConfig } from './config.ts'

await runService({
  name: 'booking',
  loadConfig,
  check: (config) => refuseTakenPort(config, 'API_PORT'),
  async start(config, log) {
    // PostgreSQL starts while most of the code is still being read.
    const opening = openDatabase({ ...config, database: 'booking' }, log)
    const [database, { serve }] = await Promise.all([opening, import('./serve.ts')])
    return serve(database, config, log)
  },
})
