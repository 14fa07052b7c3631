import { sql } from 'kysely'
import { buildApp } from '#booking/app.ts'
import { createSeatQueue } from '#booking/bookings/seat-queue.ts'
import { loadConfig } from '#booking/config.ts'
import { openDeps } from '#booking/open-deps.ts'
import { startWorker } from '#booking/worker.ts'
import { runService } from '#shared/process/run-service.ts'

/**
 * The Main API with what keeps it from overselling switched off: no lock on the event, no check in the database.
 * A race test that passes against this one proves nothing.
 */
await runService({
  name: 'unguarded',
  loadConfig,
  async start(config, log) {
    const { deps, close } = await openDeps(config, log)
    await sql`alter table events drop constraint if exists events_seats`.execute(deps.db)
    const unguarded = {
      ...deps,
      queues: {
        ...deps.queues,
        seats: createSeatQueue(deps.db, deps.clock, { aheadMax: undefined, isGuarded: false }),
      },
    }
    const app = await buildApp(unguarded)
    await app.listen({ host: config.host, port: config.port })
    const worker = startWorker(unguarded)
    return {
      async stop() {
        await app.close()
        await worker.stop()
        await close()
      },
    }
  },
})
