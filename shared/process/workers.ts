import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { addUpMetrics } from '#shared/http/observability/metrics.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { type LauncherMessage, tellLauncher } from './launcher-channel.ts'

const RESTART_PAUSE_MS = 1_000

type Serving = { type: 'serving' }

/** Where the system can deal connections out to several processes that listen at one port. */
const PLATFORMS = ['linux', 'freebsd']

/**
 * How one of several processes listens: by itself, with the system dealing out connections, so that none of them waits
 * at a process that died. Elsewhere, and at a port of the system's choice, Node's first process deals them out.
 */
export const sharePort = (port: number): { reusePort: boolean } => ({
  reusePort: cluster.isWorker && port !== 0 && PLATFORMS.includes(process.platform),
})

/** Said by one of several processes to the first when it serves. */
export function tellServing(): void {
  if (cluster.isWorker) process.send?.({ type: 'serving' } satisfies Serving)
}

/**
 * Runs the program in so many processes behind one port. One that dies is replaced, except when it dies before it has
 * ever served: then the rest is stopped too, because the next one would fare no better.
 */
export function startWorkers(
  count: number,
  log: Logger,
): { stop(signal?: NodeJS.Signals): Promise<void>; failed: Promise<void> } {
  const failed = Promise.withResolvers<void>()
  let isStopping = false

  const start = () => {
    const worker = cluster.fork()
    let hasServed = false
    worker.on('message', (message: Serving | LauncherMessage) => {
      hasServed ||= message.type === 'serving'
      if (message.type === 'demo logins') tellLauncher(message)
    })
    worker.once('exit', async (code, signal) => {
      if (isStopping) return
      log.error({ worker: worker.id, code, signal }, 'a process has ended by itself')
      if (!hasServed) return failed.resolve()
      await sleep(RESTART_PAUSE_MS)
      if (!isStopping) start()
    })
  }
  addUpMetrics()
  for (let i = 0; i < count; i++) start()

  return {
    failed: failed.promise,
    async stop(signal = 'SIGTERM') {
      isStopping = true
      await Promise.all(
        Object.values(cluster.workers ?? {}).map((worker) => worker && stopWorker(worker, signal)),
      )
    },
  }
}

async function stopWorker(worker: Worker, signal: NodeJS.Signals): Promise<void> {
  if (worker.isDead()) return
  worker.process.kill(signal)
  await once(worker, 'exit')
}
