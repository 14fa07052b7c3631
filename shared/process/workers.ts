import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { aggregateWorkerMetrics } from '#shared/http/observability/metrics.ts'
import type { Logger } from '#shared/telemetry/logger.ts'
import { type LauncherMessage, sendToLauncher } from './launcher-channel.ts'

const RESTART_PAUSE_MS = 1_000

type Serving = { type: 'serving' }

/** Platforms whose SO_REUSEPORT balances connections between processes. */
const PLATFORMS = ['linux', 'freebsd']

/**
 * Listen options of a worker: SO_REUSEPORT, with which no connection waits at a process that died. On other platforms, and
 * at port 0, Node's primary process distributes the connections.
 */
export const sharePort = (port: number): { reusePort: boolean } => ({
  reusePort: cluster.isWorker && port !== 0 && PLATFORMS.includes(process.platform),
})

/** Tells the primary process that this worker serves requests. */
export function reportServing(): void {
  if (cluster.isWorker) process.send?.({ type: 'serving' } satisfies Serving)
}

/**
 * Runs the program in `count` workers behind one port. A worker that dies is replaced. One that dies before it has served
 * resolves `failed`, because its replacement would fail as well; the caller then stops the others.
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
      if (message.type === 'demo logins') sendToLauncher(message)
    })
    worker.once('exit', async (code, signal) => {
      if (isStopping) return
      log.error({ worker: worker.id, code, signal }, 'a process has ended by itself')
      if (!hasServed) return failed.resolve()
      await sleep(RESTART_PAUSE_MS)
      if (!isStopping) start()
    })
  }
  aggregateWorkerMetrics()
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
